"""Who has money at the bank, owes it some, and saved for old age: the living, and the dead whose heirs did not ask."""

from collections.abc import Iterator
from random import Random
from typing import Any

from gapura.demo.simulation.community import Community
from gapura.demo.simulation.holdings.holding import Holding
from gapura.demo.simulation.life import YEAR
from gapura.demo.simulation.numbering import as_date
from gapura.demo.simulation.people import Person
from gapura.sectors.finance.types import AccountKind

_HUNDRED = 100


class Finance(Holding):
    figures_file = "finance.yaml"
    facts = {
        "finance.AccountEntry": ("account_number", "number", "institution", "account_kind", "balance", "opened_on"),
        "finance.LoanEntry": ("loan_number", "number", "institution", "loan_kind", "outstanding", "borrowed_on"),
        "finance.PensionEntry": ("number", "fund", "member_number", "saved", "joined_on"),
    }

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._serial = 0

    def draw(self, community: Community) -> None:
        figures = self.figures
        for person, random, until in self._customers(community):
            if random.random() < figures["account"]:
                self._open(person, random, until, AccountKind.SAVINGS, figures["balance"])
                if random.random() < figures["term_deposit"]:
                    self._open(person, random, until, AccountKind.TERM, figures["term_balance"])
                if random.random() < figures["loan"]:
                    self._lend(person, random, until)
            if person.occupation in figures["employees"]:
                self._save(person, random, until)

    def _customers(self, community: Community) -> Iterator[tuple[Person, Random, int]]:
        """Each with the last day on which they could have opened anything."""
        today = self.world.today
        kept = today - int(self.figures["kept_years_after_death"] * YEAR)
        for person in community.people:
            until = min(person.died, today)
            if person.number and person.died > kept and person.age_at(until) > self.figures["account_at"]:
                yield person, self.chance(person), until

    def _open(self, person: Person, random: Random, until: int, kind: AccountKind, amounts: list[int]) -> None:
        opened = self._since(person, random, until, self.figures["opened_within_years"])
        facts = (self._number("7"), person.number, self.figures["institution"], kind.value)
        self.add("finance.AccountEntry", opened, None, *facts, self._amount(random, amounts), as_date(opened))

    def _lend(self, person: Person, random: Random, until: int) -> None:
        kinds = self.figures["loans"]
        borrowed = self._since(person, random, until, 5)
        facts = (
            self._number("8"),
            person.number,
            self.figures["institution"],
            random.choices(list(kinds), list(kinds.values()))[0],
            self._amount(random, self.figures["outstanding"]),
        )
        self.add("finance.LoanEntry", borrowed, None, *facts, as_date(borrowed))

    def _save(self, person: Person, random: Random, until: int) -> None:
        joined = self._since(person, random, until, self.figures["joined_within_years"])
        years = (until - joined) / YEAR
        for fund, share in self.figures["funds"].items():
            if random.random() < share:
                saved = int(years * self.figures["saved_a_year"]) // _HUNDRED * _HUNDRED
                facts = (person.number, fund, self._number("19"), saved, as_date(joined))
                self.add("finance.PensionEntry", joined, None, *facts)

    def _since(self, person: Person, random: Random, until: int, years: int) -> int:
        of_age = person.born + int(self.figures["account_at"] * YEAR)
        return random.randint(min(until, max(of_age, until - int(years * YEAR))), until)

    def _amount(self, random: Random, amounts: list[int]) -> int:
        """Between the least and the most, ``usual`` in the mean."""
        least, usual, most = amounts
        return int(least + (most - least) * random.random() ** (most / usual)) // _HUNDRED * _HUNDRED

    def _number(self, first: str) -> str:
        self._serial += 1
        return f"{first}{self._serial:09d}"
