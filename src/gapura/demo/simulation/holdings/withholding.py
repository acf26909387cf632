"""What others reported of the last year: slips of the employed, interest the bank paid, zakat given elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

import yaml

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.business import Businesses
from gapura.demo.simulation.holdings.finance import Finance
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.holdings.tax import Taxes
from gapura.demo.simulation.people import Person
from gapura.sectors.business.types import BusinessStatus
from gapura.sectors.civil.types import Sex

Party = Sequence[str]
_HUNDRED, _THOUSAND, _MONTHS = 100, 1000, 12


class Withholding(Holding):
    figures_file = "withholding.yaml"
    facts = {
        "withholding.SlipEntry": (
            *("number", "employer_number", "employer_name", "slip_number", "slip_kind", "tax_year", "month_from"),
            *("month_until", "gross", "pension_contributions", "zakat", "other_deductions", "tax_withheld"),
            *("tax_status", "final", "reported_on"),
        ),
        "withholding.ItemEntry": (
            *("number", "provider_number", "provider_name", "item_number", "item_kind", "tax_year", "amount"),
            *("tax_withheld", "reported_on"),
        ),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._tax: Mapping[str, Any] = yaml.safe_load(
            self.country.path("data", Taxes.figures_file).read_text(encoding="utf-8")
        )
        self._serial = 0
        self._year = date.fromordinal(self.world.today).year - 1
        self._reported = min(date(self._year + 1, *self.figures["reported"]), date.fromordinal(self.world.today))

    def draw(self, community: Community) -> None:
        employers = [*self._list_employers(), self.figures["else"]]
        assessed = {
            row["number"]: row["gross_income"]
            for row in self._named("tax.IncomeEntry", Taxes)
            if row["tax_year"] == self._year
        }
        for person, random in self.adults(community, self.figures["works_from"] + 1):
            if person.occupation in self.figures["employees"]:
                self._employ(person, random, employers, assessed.get(person.number))
            elif random.random() < self.figures["zakat_elsewhere"] and person.religion == self.figures["zakat_faith"]:
                self._report(person.number, self.figures["baznas"], "zakat", random.randint(1, 40) * 50 * _THOUSAND, 0)
        self._pay_interest()

    def _list_employers(self) -> list[Party]:
        """Businesses of the community that stood the whole year and have a form that employs."""
        start = date(self._year, 1, 1)
        return [
            (row["business_number"], row["legal_name"])
            for row in self._named("business.BusinessEntry", Businesses)
            if row["legal_form"] in self.figures["employs"]
            and row["business_status"] == BusinessStatus.ACTIVE
            and row["founded_on"] <= start
            and row["valid_until"] is None
        ]

    def _employ(self, person: Person, random: Random, employers: Sequence[Party], gross: int | None) -> None:
        kinds, pensioned = self.figures["slip_kinds"], person.age_at(self.world.today) >= self.figures["pension_age"]
        state = self.figures["state"].get(person.occupation)
        if gross is None:
            gross = self._draw_gross(person, random, pensioned)
        first, second = random.choice(employers), random.choice(employers)
        changed = random.randint(3, 9) if random.random() < self.figures["changes_job"] else 0
        if state or pensioned:
            kind, payer = (kinds["pension"], self.figures["pension_fund"]) if pensioned else (kinds["state"], state)
            self._slip(person, random, payer, kind, (1, _MONTHS), gross)
        elif changed and first[0] != second[0]:
            before = gross * changed // _MONTHS // _THOUSAND * _THOUSAND
            self._slip(person, random, first, kinds["else"], (1, changed), before)
            self._slip(person, random, second, kinds["else"], (changed + 1, _MONTHS), gross - before)
        else:
            self._slip(person, random, first, kinds["else"], (1, _MONTHS), gross)

    def _draw_gross(self, person: Person, random: Random, pensioned: bool) -> int:
        tax = self._tax
        monthly = tax["monthly_income"].get(person.occupation, tax["monthly_income_else"]) * _THOUSAND
        share = tax["pension_share"] if pensioned else 1
        least, most = tax["income_spread"]
        return int(monthly * _MONTHS * share * random.triangular(least, most, 1)) // _THOUSAND * _THOUSAND

    def _slip(
        self, person: Person, random: Random, payer: Party, kind: str, months: tuple[int, int], gross: int
    ) -> None:
        figures = self.figures
        pension = 0 if kind == figures["slip_kinds"]["pension"] else self._contribute(gross)
        gives = random.random() < figures["zakat_through_employer"] and person.religion == figures["zakat_faith"]
        zakat = int(gross * figures["zakat_percent"]) // 100 // _THOUSAND * _THOUSAND if gives else 0
        status, free = self._status(person)
        most = self._tax["deduction_at_most"] * (months[1] - months[0] + 1) // _MONTHS
        costs = min(gross * self._tax["deduction_percent"] // 100, most)
        taxable = max(gross - costs - pension - zakat - free, 0) // _THOUSAND * _THOUSAND
        number = figures["slip_number"].format(year=self._year % 100, serial=self._next())
        self.add(
            "withholding.SlipEntry",
            date(self._year, months[0], 1).toordinal(),
            None,
            *(person.number, *payer, number, kind, self._year, *months, gross, pension, zakat, 0),
            *(self._tax_on(taxable), status, False, self._reported),
        )

    def _contribute(self, gross: int) -> int:
        figures = self.figures
        old_age = gross * figures["old_age_percent"] // 100
        return (
            (old_age + min(gross, figures["pension_at_most"]) * figures["pension_percent"] // 100)
            // _HUNDRED
            * _HUNDRED
        )

    def _status(self, person: Person) -> tuple[str, int]:
        """The family status on the first day of the year, and what it leaves untaxed; a wife counts as alone."""
        day, allowance = date(self._year, 1, 1).toordinal(), self._tax["allowance"]
        if person.sex is Sex.FEMALE:
            return "TK/0", allowance["person"]
        married = any(one.day <= day and (one.ended is None or one.ended > day) for one in person.marriages)
        children = sum(one.born <= day < min(one.died, one.born + 21 * 365) for one in person.children)
        counted = min(children, allowance["children_at_most"]) if married else 0
        free = allowance["person"] + married * allowance["married"] + counted * allowance["child"]
        return f"{'K' if married else 'TK'}/{counted}", free

    def _tax_on(self, taxable: int) -> int:
        tax, below = 0, 0
        for limit, percent in self._tax["brackets"].items():
            tax += max(min(taxable, limit) - below, 0) * percent // 100
            below = limit
        return tax

    def _pay_interest(self) -> None:
        figures, end = self.figures, date(self._year, 12, 31)
        for row in self._named("finance.AccountEntry", Finance):
            if row["opened_on"] > date(self._year, 1, 1) or row["valid_from"] > end:
                continue
            interest = row["balance"] * figures["interest_permille"][row["account_kind"]] // 1000
            percent = figures["interest_tax_percent"] if row["balance"] > figures["interest_untaxed_balance"] else 0
            if interest:
                self._report(row["number"], figures["bank"], "bank_interest", interest, interest * percent // 100)

    def _report(self, number: str, party: Party, kind: str, amount: int, withheld: int) -> None:
        report = self.figures["item_number"].format(first=kind[:3].upper(), year=self._year, serial=self._next())
        since = date(self._year, 1, 1).toordinal()
        facts = (number, *party, report, kind, self._year, amount, withheld, self._reported)
        self.add("withholding.ItemEntry", since, None, *facts)

    def _named(self, register: str, holding: type[Holding]) -> list[dict[str, Any]]:
        columns = holding.columns()[register]
        return [dict(zip(columns, row, strict=True)) for row in self.held.get(register, ())]

    def _next(self) -> int:
        self._serial += 1
        return self._serial
