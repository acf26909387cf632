"""What registers know of the household of a person who asks what their family may get (``household_facts.yaml``)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from pydantic import BaseModel, ConfigDict

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency_title, get_limit
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.queries import describe_request
from gapura.kernel.exchange.types import Answer, Evidence, EvidenceRequest, ExchangeRefusal
from gapura.kernel.law.plugin import HouseholdSource
from gapura.kernel.law.types import KnownFact, KnownHousehold


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Ask(_Declared):
    """Fields or a question; ``$person`` stands for who asks, another ``$name`` for a number the country sets."""

    type: str
    fields: tuple[str, ...] = ()
    question: str = ""
    parameters: Mapping[str, str | int] = {}
    legal_ground: str = ""
    purpose: Text | None = None


class _Fact(_Ask):
    """An answer of the finder. ``codes``: what a value means; of several records the one whose value stands first."""

    of: Literal["family", "person"]
    codes: Mapping[str, str] = {}

    def read(self, answer: Evidence | Answer) -> str | None:
        """What a form takes; None where the register holds nothing."""
        if isinstance(answer, Answer):
            said = [] if answer.holds is None else ["yes" if answer.holds else "no"]
        else:
            said = [
                str(record[field]) for record in answer.records for field in self.fields if record[field] is not None
            ]
        if self.codes:
            said = [self.codes[value] for value in self.codes if value in said]
        return next(iter(said), None)


class _Declaration(_Declared):
    agency: str
    legal_ground: str
    purpose: Text
    members: _Ask
    name: str
    born_on: str
    age: str
    children: _Ask
    facts: Mapping[str, _Fact]


@cache
def get_declaration() -> _Declaration:
    """What the country lets the finder ask."""
    return _Declaration.model_validate(load(settings.GAPURA_JURISDICTION).read("household_facts.yaml"))


class RegisteredHousehold(HouseholdSource):
    """The family card tells who belongs to the household. Further facts are asked of the person and of the minors whose
    parent they are, never of another adult: that one's school and health are their own to tell."""

    def list_asked(self) -> Sequence[Text]:
        declared = get_declaration()
        types = dict.fromkeys(ask.type for ask in (declared.members, declared.children, *declared.facts.values()))
        return [describe_request(code, ())[0] for code in types]

    def gather(self, *, actor: Actor, inputs: Collection[str], now: datetime) -> KnownHousehold:
        declared, asking = get_declaration(), _Asking(actor, now)
        person, day = str(actor.person_number), local_day(now, settings.TIME_ZONE)
        (card,) = asking.ask([(declared.members, person)])
        members = list(card.records) if isinstance(card, Evidence) else []
        numbers = [str(member["number"]) for member in members]
        if person not in numbers:
            return KnownHousehold(silent=asking.silent)
        assert card is not None
        ages = [_age(date.fromisoformat(str(member[declared.born_on])), day) for member in members]
        facts = [
            KnownFact(declared.age, row, str(age), get_agency_title(card.provider)) for row, age in enumerate(ages)
        ]
        own = {person, *asking.list_children(numbers, ages, person)}
        wanted = [
            (name, fact, row)
            for name, fact in declared.facts.items()
            if name in inputs
            for row in ([numbers.index(person)] if fact.of == "family" else _rows_of(numbers, own))
        ]
        answers = asking.ask([(fact, numbers[row]) for _name, fact, row in wanted])
        for (name, fact, row), answer in zip(wanted, answers, strict=True):
            if answer is not None and (said := fact.read(answer)) is not None:
                of_row = 0 if fact.of == "family" else row
                facts.append(KnownFact(name, of_row, said, get_agency_title(answer.provider)))
        known = tuple(fact for fact in facts if fact.name in inputs)
        return KnownHousehold(tuple(str(member[declared.name]) for member in members), known, asking.silent)


class _Asking:
    """One person's press of the button: every look under one reference, and the registers that were silent."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor, self.now, self.reference = actor, now, new_code(11)
        self._silent: dict[str, Text] = {}

    @property
    def silent(self) -> tuple[Text, ...]:
        return tuple(self._silent.values())

    def list_children(self, numbers: Sequence[str], ages: Sequence[int], person: str) -> list[str]:
        """The minors of the card whose parent the person is, as the register says."""
        ask, grown = get_declaration().children, get_limit("age_of_majority")
        minors = [number for number, age in zip(numbers, ages, strict=True) if age < grown and number != person]
        answers = self.ask([(ask, number) for number in minors])
        return [number for number, one in zip(minors, answers, strict=True) if isinstance(one, Answer) and one.holds]

    def ask(self, wanted: Sequence[tuple[_Ask, str]]) -> list[Evidence | Answer | None]:
        """The answers in the order asked; None for all that was asked of a register that did not answer."""
        requests = [self._request(ask, subject) for ask, subject in wanted]
        with transaction.atomic():
            opened = open_requests(actor=self.actor, requests=requests, now=self.now)
        answers: dict[str, Evidence | Answer] = {}
        by_type = sorted(opened, key=lambda one: one.request.evidence_type)
        for evidence_type, group in groupby(by_type, key=lambda one: one.request.evidence_type):
            try:
                given = answer_requests(list(group))
            except ExchangeRefusal:
                self._silent[evidence_type] = describe_request(evidence_type, ())[0]
                continue
            answers |= {one.access_id: one for one in given}
        return [answers.get(one.access_id) for one in opened]

    def _request(self, ask: _Ask, subject: str) -> EvidenceRequest:
        declared = get_declaration()
        return EvidenceRequest(
            evidence_type=ask.type,
            subject=subject,
            consumer=declared.agency,
            case_number=self.reference,
            legal_ground=ask.legal_ground or declared.legal_ground,
            purpose=ask.purpose or declared.purpose,
            as_of=local_day(self.now, settings.TIME_ZONE),
            fields=frozenset(ask.fields),
            question=ask.question or None,
            parameters={name: self._fill(value) for name, value in ask.parameters.items()},
        )

    def _fill(self, value: Any) -> str | int:
        if value == "$person":
            return str(self.actor.person_number)
        return get_limit(value[1:]) if isinstance(value, str) and value.startswith("$") else value


def _rows_of(numbers: Sequence[str], own: Collection[str]) -> list[int]:
    return [row for row, number in enumerate(numbers) if number in own]


def _age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
