"""How families are insured, which children were immunized, and which births a hospital told of."""

from random import Random
from typing import Any, ClassVar

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.figures import Weighted
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person

_INSURANCE = "health.InsuranceEntry"


class HealthCare(Holding):
    figures_file = "health.yaml"
    facts: ClassVar = {
        _INSURANCE: (
            *("number", "card_number", "insurance_class", "insurance_segment", "insurance_payer", "insurance_end"),
        ),
        "health.ImmunizationEntry": ("number", "vaccine", "dose", "facility_code", "facility_name"),
        "health.BirthAttendedEntry": (
            *("mother_number", "child_number", "notice_number", "facility_code", "facility_name"),
            *("sex", "child_order", "born_at", "weight_grams"),
        ),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._group = self.world.figures.population["schooling_group"]
        self._insurance, self._births = self.figures["insurance"], self.figures["births"]
        self._segments = {group: Weighted.of(shares) for group, shares in self._insurance["segments"].items()}
        self._members = self._notices = 0

    def draw(self, community: Community) -> None:
        immunized_since = self.figures["immunization"]["since"].toordinal()
        told_since = self._births["since"].toordinal()
        for person, random in self.adults(community, 0):
            self._insure(person, random)
            if person.born >= immunized_since:
                self._immunize(person, random)
            mother = person.mother
            if person.born >= told_since and mother and mother.number and random.random() < self._births["in_facility"]:
                self._attend(person, mother, random)

    def _insure(self, person: Person, random: Random) -> None:
        """Whole families alike: by the schooling of their head, drawn once for each of them."""
        if random.random() >= self._insurance["insured"]:
            return
        head = person.family.head if person.family else person
        luck = self.chance(head)
        segment, before = self._draw_segment(head, luck), self._draw_segment(head, luck)
        changes = luck.random() < self._insurance["changed"] and before != segment
        since = max(self._insurance["since"].toordinal(), person.born)
        changed_on = self.world.today - luck.randrange(100, 3650)
        self._members += 1
        card = f"{self._members:013d}"
        if changes and changed_on > since:
            self.add(_INSURANCE, since, changed_on, person.number, card, *self._terms(before), "changed")
            since = changed_on
        self.add(_INSURANCE, since, None, person.number, card, *self._terms(segment), "")

    def _draw_segment(self, head: Person, random: Random) -> str:
        return str(self._segments[self._group[head.schooling]].draw(random))

    def _terms(self, segment: str) -> tuple[int, str, str]:
        return self._insurance["classes"][segment], segment, self._insurance["payers"][segment]

    def _immunize(self, child: Person, random: Random) -> None:
        figures = self.figures["immunization"]
        code, name = self._facility(child, figures["facility"])
        for vaccine, dose, days in figures["schedule"]:
            given_on = child.born + days + (random.randrange(figures["late_days"]) if days else 0)
            if given_on <= self.world.today and random.random() < figures["given"]:
                self.add("health.ImmunizationEntry", given_on, None, child.number, vaccine, dose, code, name)

    def _attend(self, child: Person, mother: Person, random: Random) -> None:
        code, name = self._facility(child, self._births["facility"])
        self._notices += 1
        notice = self._births["notice"].format(code=code, year=as_date(child.born).year, serial=self._notices)
        weight = self._births["weight_grams"]
        grams = min(max(int(random.gauss(weight["mean"], weight["spread"])), weight["lowest"]), weight["highest"])
        told = (mother.number, child.number, notice, code, name)
        born_at = f"{random.randrange(24):02d}:{random.randrange(60):02d}"
        self.add("health.BirthAttendedEntry", child.born, None, *told, child.sex.value, 1, born_at, grams)

    def _facility(self, child: Person, facility: dict[str, str]) -> tuple[str, str]:
        """Code and name of the facility where the child was born."""
        district = child.birthplace.district
        place = self.world.places.place_name(district)
        return facility["code"].format(district=district.replace(".", "")), facility["name"].format(place=place)
