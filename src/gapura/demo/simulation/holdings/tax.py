"""What people earn by their work, and what they owe the nation for it."""

from datetime import date
from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.tax.types import NationalTax, TaxpayerStatus

_THOUSAND = 1000


class Taxes(Holding):
    figures_file = "tax.yaml"
    facts = {
        "tax.TaxpayerEntry": ("number", "tax_number", "taxpayer_status", "tax_office", "registered_on"),
        "tax.IncomeEntry": ("number", "tax_year", "gross_income", "taxable_income", "income_tax"),
        "tax.ArrearsEntry": ("assessment_number", "number", "national_tax", "tax_year", "arrears_amount"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._serial = 0
        self._today = as_date(self.world.today)

    def draw(self, community: Community) -> None:
        for person, random in self.adults(community, self.figures["taxpayer_at"]):
            share = self.figures["taxpayer"].get(person.occupation, self.figures["taxpayer_else"])
            if random.random() < share and person.age_at(self.world.today) < self.figures["taxpayer_until"]:
                self._register(person, random)

    def _register(self, person: Person, random: Random) -> None:
        figures, today = self.figures, self.world.today
        of_age = person.born + int(figures["taxpayer_at"] * YEAR)
        since = min(of_age + int(random.random() * figures["registered_within_years"] * YEAR), today)
        status = TaxpayerStatus.DORMANT if random.random() < figures["dormant"] else TaxpayerStatus.ACTIVE
        home = person.homes[-1][1]
        regency = self.world.places.place_name(home.district.rpartition(".")[0])
        office = figures["tax_office"].format(regency=regency)
        self.add("tax.TaxpayerEntry", since, None, person.number, person.number, status.value, office, as_date(since))
        if status is TaxpayerStatus.ACTIVE:
            self._assess(person, random, as_date(since).year)
        if random.random() < figures["arrears"]:
            self._fall_behind(person, random, since)

    def _assess(self, person: Person, random: Random, since: int) -> None:
        """The last years for which a return was due and is assessed."""
        figures, today = self.figures, self._today
        least, most = figures["income_spread"]
        income = self._middle_of_year(person) * random.triangular(least, most, 1)
        for year in range(max(since, today.year - figures["years_assessed"]), today.year):
            assessed = date(year + 1, figures["months_to_assess"], 1 + random.randrange(28)).toordinal()
            if assessed > today.toordinal():
                continue
            percent = 100 - (today.year - year) * figures["raise_percent_a_year"]
            gross = int(income * percent / 100) // _THOUSAND * _THOUSAND
            taxable = self._taxable(person, gross, year)
            self.add("tax.IncomeEntry", assessed, None, person.number, year, gross, taxable, self._tax_on(taxable))

    def _middle_of_year(self, person: Person) -> int:
        figures = self.figures
        monthly = figures["monthly_income"].get(person.occupation, figures["monthly_income_else"]) * _THOUSAND
        retired = person.age_at(self.world.today) >= figures["pension_age"]
        return int(monthly * 12 * (figures["pension_share"] if retired else 1))

    def _taxable(self, person: Person, gross: int, year: int) -> int:
        """Less the costs of work and what a person, a spouse and children of that year live on."""
        figures, day = self.figures, date(year, 12, 31).toordinal()
        allowance = figures["allowance"]
        costs = min(gross * figures["deduction_percent"] // 100, figures["deduction_at_most"])
        married = any(one.day <= day and (one.ended is None or one.ended > day) for one in person.marriages)
        children = sum(one.born <= day < min(one.died, one.born + int(21 * YEAR)) for one in person.children)
        free = allowance["person"] + married * allowance["married"]
        free += min(children, allowance["children_at_most"]) * allowance["child"]
        return max(gross - costs - free, 0) // _THOUSAND * _THOUSAND

    def _tax_on(self, taxable: int) -> int:
        tax, below = 0, 0
        for limit, percent in self.figures["brackets"].items():
            tax += max(min(taxable, limit) - below, 0) * percent // 100
            below = limit
        return tax

    def _fall_behind(self, person: Person, random: Random, registered: int) -> None:
        figures, today = self.figures, self.world.today
        since = random.randint(max(registered, today - int(figures["arrears_years"] * YEAR)), today)
        settled = since + random.randint(30, 500)
        until = settled if settled <= today and random.random() < figures["arrears_settled"] else None
        year = as_date(since).year - 1
        self._serial += 1
        number = f"{self._serial:05d}/{NationalTax.INCOME.value[:3].upper()}/{year}"
        amount = random.randint(3, 90) * 50 * _THOUSAND
        self.add("tax.ArrearsEntry", since, until, number, person.number, NationalTax.INCOME.value, year, amount)
