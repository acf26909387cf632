"""Who runs a business: one of their own trade, founded when they were grown up, some of them closed again."""

from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.business.queries import get_founding_terms, get_name_key
from gapura.sectors.business.types import BusinessStatus, LicenceStatus, RiskClass

_NEEDS_LICENCE = (RiskClass.MEDIUM_HIGH, RiskClass.HIGH)


class Businesses(Holding):
    figures_file = "business.yaml"
    facts = {
        "business.BusinessEntry": (
            *("business_number", "legal_name", "name_key", "legal_form", "business_status", "status_reason"),
            "business_tax_number",
            *("deed_number", "founded_on", "capital", "seat_address", "village_code"),
        ),
        "business.RepresentativeEntry": ("business_number", "representative_number", "position", "alone"),
        "business.ShareEntry": ("business_number", "holder_number", "shares", "shares_issued"),
        "business.ActivityEntry": (
            *(
                "business_number",
                "activity_code",
                "activity_risk",
                "business_licence_number",
                "business_licence_status",
            ),
        ),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._founded = 0
        self._names: set[str] = set()

    def draw(self, community: Community) -> None:
        shares = self.figures["owns_business"]
        for person, random in self.adults(community, self.figures["founder_age"]):
            if random.random() < shares.get(person.occupation, 0):
                self._found(person, random)

    def _found(self, person: Person, random: Random) -> None:
        figures, today = self.figures, self.world.today
        grown_up = person.born + int(figures["founder_age"] * YEAR)
        founded = random.randint(max(grown_up, today - int(figures["founded_within_years"] * YEAR)), today)
        forms = figures["forms"]
        form = random.choices(list(forms), [one["weight"] for one in forms.values()])[0]
        self._founded += 1
        number = f"9120{self._founded:09d}"
        self._state(person, random, number, form, founded)
        self.add("business.RepresentativeEntry", founded, None, number, person.number, forms[form]["position"], True)
        self._share(person, random, number, form, founded)
        self._license(person, random, number, founded)

    def _state(self, person: Person, random: Random, number: str, form: str, founded: int) -> None:
        figures, today = self.figures, self.world.today
        village = person.homes[-1][1]
        terms, year = figures["forms"][form], as_date(founded).year
        serial = int(number[-7:])
        low, high = terms["capital"]
        first = person.name.split()[0]
        facts: tuple[Any, ...] = (
            figures["tax_number"].format(serial=int(number)),
            terms.get("deed", "").format(serial=serial % 10**6, year=year),
            as_date(founded),
            random.randint(low // 10**6, high // 10**6) * 10**6,
            f"{village.street}, {self.world.places.names[village.village]}",
            village.village,
        )
        name, key = self._name(form, first, random)
        states = [(founded, BusinessStatus.ACTIVE, "")]
        fate = random.random()
        if today - founded > YEAR and fate < figures["suspended"] + figures["closed"]:
            closes = fate < figures["closed"]
            changed = random.randint(founded + int(YEAR), today)
            status = BusinessStatus.CLOSED if closes else BusinessStatus.SUSPENDED
            states.append((changed, status, figures["closure_reason" if closes else "suspension_reason"]))
        ends = [since for since, _, _ in states[1:]] + [None]
        for (since, status, reason), until in zip(states, ends, strict=True):
            self.add("business.BusinessEntry", since, until, number, name, key, form, status.value, reason, *facts)

    def _name(self, form: str, first: str, random: Random) -> tuple[str, str | None]:
        """A name with its key; where the form's names are protected, longer until no other is like it."""
        word = random.choice(self.figures["words"])
        name = self.figures["names"][form].format(first=first, word=word)
        if not get_founding_terms().forms[form].title:
            return name, None
        while (key := get_name_key(name)) in self._names:
            name = f"{name} {random.choice(self.figures['words'])}"
        self._names.add(key)
        return name, key

    def _share(self, person: Person, random: Random, number: str, form: str, founded: int) -> None:
        """Only companies have shares; a spouse holds the rest where there is one."""
        if form != "pt":
            return
        issued = random.randint(10, 500) * 10
        spouse = person.spouse
        shared = spouse is not None and spouse.number and spouse.died > self.world.today
        own = issued * random.randint(51, 90) // 100 if shared else issued
        self.add("business.ShareEntry", founded, None, number, person.number, own, issued)
        if shared and spouse is not None:
            self.add("business.ShareEntry", founded, None, number, spouse.number, issued - own, issued)

    def _license(self, person: Person, random: Random, number: str, founded: int) -> None:
        lines = self.figures["activities"]
        known = lines.get(person.occupation, lines["other"])
        for code, risk in random.sample(known, min(len(known), random.choice((1, 1, 2)))):
            awaited = risk in _NEEDS_LICENCE and random.random() < self.figures["licence_awaited"]
            status = LicenceStatus.AWAITED if awaited else LicenceStatus.GRANTED
            licence = "" if awaited else f"{number}-{code}"
            self.add("business.ActivityEntry", founded, None, number, code, risk, licence, status.value)
