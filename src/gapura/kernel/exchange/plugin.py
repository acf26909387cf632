"""What a holder of data implements, and the registers of evidence types and providers.

A provider may sit in this process or speak for another node; the asker cannot tell.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, TypeAlias

from gapura.kernel.exchange.types import EvidenceRequest, EvidenceType, ExchangeRefusal, Given, OpenRequest
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.queries import get_register_owner, list_entries, list_entries_of

Record: TypeAlias = dict[str, Any]
Ask: TypeAlias = Callable[[str, Mapping[str, str | int], date, datetime | None], bool | None]

_types: dict[str, EvidenceType] = {}
_providers: dict[str, "EvidenceSource"] = {}


class EvidenceSource(ABC):
    """Answers for one evidence type, here or elsewhere. Keeps no access log (the exchange does)."""

    evidence_type: str
    agency_code: str

    def prepare(self, opened: OpenRequest) -> object:
        """Write what must be kept before the answer, in the transaction that logs the request.

        What is returned comes back as ``prepared``; None where nothing was. Only :meth:`answer` refuses.
        """
        return None

    def shares_with(self, opened: OpenRequest) -> Hashable:
        """Requests for which this is the same are prepared together, by the source of the first; None: each alone."""
        return None

    def prepare_together(self, opened: Sequence[OpenRequest]) -> Sequence[object]:
        """:meth:`prepare` for each, in order; those in one message get the same SharedMessage."""
        return [self.prepare(one) for one in opened]

    def waits_for(self, opened: OpenRequest) -> str:
        """Whom :meth:`answer` only waits for, reading no table, so that others may be asked meanwhile; none: empty."""
        return ""

    @abstractmethod
    def answer(self, opened: OpenRequest) -> Given:
        """What the logged request is given. Raises an ExchangeRefusal when nothing is."""


class EvidenceProvider(EvidenceSource):
    """A register in this process. Gives what is asked and nothing more."""

    @abstractmethod
    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        """Records of ``subject`` true on ``as_of`` as known at ``known_at`` (None: now); extra keys are dropped."""

    @abstractmethod
    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        """Yes, no, or None when the register cannot tell (unknown person)."""

    def answer(self, opened: OpenRequest) -> Given:
        request = opened.request
        known_at = request.known_at or opened.asked_at
        if request.question:
            question, parameters = request.question, request.parameters
            return Given(holds=self.answer_question(question, request.subject, parameters, request.as_of, known_at))
        return Given(records=self.find_records(request.subject, request.fields, request.as_of, known_at))


class RegisterProvider(EvidenceProvider):
    """Answers from a register table of this house: a field of the evidence is the column of the same name.

    ``owner``: the sector, whose agency the country's agencies file names. ``by``: the column that holds the person
    number, where it is not the first of the model's ``subject_fields``. ``names``: fields that are called otherwise
    than their columns (``owned_from``: ``valid_from``). ``details``: registers of things, by the column that leads
    to them; their columns are added. ``over_time``: every entry begun by the day asked about, not only those that
    stand on it; the ``ended`` fields stay blank while an entry stands. ``once_past``: days not told before they came.
    ``order``: columns, where it is not that of entering. Questions are methods named in ``questions``.
    """

    owner: ClassVar[str]
    register: ClassVar[type[RegisterEntry]]
    by: ClassVar[str] = ""
    names: ClassVar[Mapping[str, str]] = {}
    details: ClassVar[Mapping[str, type[RegisterEntry]]] = {}
    over_time: ClassVar[bool] = False
    ended: ClassVar[tuple[str, ...]] = ()
    newest_first: ClassVar[bool] = False
    once_past: ClassVar[tuple[str, ...]] = ()
    order: ClassVar[tuple[str, ...]] = ("id",)
    questions: ClassVar[Mapping[str, str]] = {}

    @property
    def agency_code(self) -> str:  # type: ignore[override]  # the country's data decide
        return get_register_owner(self.owner)

    def find_records(
        self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None
    ) -> Sequence[Mapping[str, Any]]:
        return [_plain(record) for record in self.read(subject, fields, as_of, known_at)]

    def list_keys(self, subject: str, as_of: date, known_at: datetime | None) -> Sequence[str]:
        """What the register is searched by: the subject, or the numbers of the things that are theirs."""
        return [subject]

    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        """Records with at least the asked fields; dates may be dates, and what a detail does not hold is None."""
        wanted = sorted(fields | self.details.keys())
        own = {name: self.names.get(name, name) for name in wanted if self._has(self.register, name)}
        for key in self.list_keys(subject, as_of, known_at):
            for entry in self._list(tuple(dict.fromkeys(own.values())), key, as_of, known_at):
                record = {name: entry[column] for name, column in own.items()}
                record |= {name: None for name in self.once_past if record.get(name) and record[name] > as_of}
                for leads_to, register in self.details.items():
                    rest = tuple(name for name in wanted if name not in record and self._has(register, name))
                    found = rest and list_entries(register, rest, record[leads_to], as_of=as_of, known_at=known_at)
                    record |= found[0] if found else dict.fromkeys(rest)
                yield record

    def has_entry(self, subject: str, as_of: date, known_at: datetime | None, **facts: Any) -> bool:
        """Whether an entry of the subject with these facts stands on the day asked about."""
        if any("__" in fact for fact in facts):
            entries = self.register.objects.filter(**{self._by: subject}, **facts)
            return entries.as_of(as_of).known_at(known_at).exists()
        columns = tuple(facts) or (self._by,)
        standing = list_entries(self.register, columns, subject, as_of=as_of, known_at=known_at, by=self._by)
        return any(entry == facts for entry in standing) if facts else bool(standing)

    @property
    def _by(self) -> str:
        return self.by or self.register.subject_fields[0]

    def _list(
        self, columns: tuple[str, ...], key: str, as_of: date, known_at: datetime | None
    ) -> Iterable[Mapping[str, Any]]:
        if not self.over_time:
            standing: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "by": (self._by,), "order": self.order}
            return list_entries_of(self.register, columns, (key,), **standing)
        columns, order = tuple({*columns, "valid_until"}), ("-valid_from" if self.newest_first else "valid_from", "id")
        times: dict[str, Any] = {"as_of": as_of, "known_at": known_at, "begun": True}
        begun = list_entries_of(self.register, columns, (key,), by=(self._by,), order=order, **times)
        return [self._without_end(entry, as_of) for entry in begun]

    def _without_end(self, entry: Record, as_of: date) -> Record:
        if entry["valid_until"] is not None and entry["valid_until"] <= as_of:
            return entry
        columns = {self.names.get(name, name) for name in self.ended} & entry.keys()
        return entry | {column: "" if isinstance(entry[column], str) else None for column in columns}

    def _has(self, register: type[RegisterEntry], name: str) -> bool:
        return (self.names.get(name, name) if register is self.register else name) in _columns_of(register)

    def answer_question(
        self,
        question: str,
        subject: str,
        parameters: Mapping[str, str | int],
        as_of: date,
        known_at: datetime | None,
    ) -> bool | None:
        try:
            ask: Ask = getattr(self, self.questions[question])
        except KeyError:
            raise LookupError(f"{self.evidence_type} cannot answer {question!r}.") from None
        return ask(subject, parameters, as_of, known_at)


@cache
def _columns_of(register: type[RegisterEntry]) -> frozenset[str]:
    return frozenset(field.attname for field in register._meta.concrete_fields)


def _plain(record: Record) -> Record:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in record.items()}


class Objection(ABC):
    """Knows why a request that an agreement allows is refused all the same."""

    @abstractmethod
    def find_refusal(self, request: EvidenceRequest) -> ExchangeRefusal | None:
        """The refusal, or None where nothing speaks against it. Asked before every answer: be fast."""


_objections: list[Objection] = []


def register_objection(objection: Objection) -> None:
    """Let ``objection`` be heard from now on. Called once, from an app's ``ready``."""
    _objections.append(objection)


def find_objection(request: EvidenceRequest) -> ExchangeRefusal | None:
    """The first refusal that any objection gives."""
    return next((refusal for one in _objections if (refusal := one.find_refusal(request))), None)


def register_evidence_type(evidence_type: EvidenceType) -> None:
    """Make an evidence type of the national standard known. Declaring one code twice raises ValueError."""
    if _types.get(evidence_type.code, evidence_type) != evidence_type:
        raise ValueError(f"Evidence type {evidence_type.code} is declared twice, differently.")
    _types[evidence_type.code] = evidence_type


def register_provider(provider: EvidenceSource) -> None:
    """Let ``provider`` answer for its evidence type. The last one registered answers."""
    _providers[provider.evidence_type] = provider


def _find_nowhere(code: str) -> EvidenceSource | None:
    return None


_find_elsewhere: Callable[[str], EvidenceSource | None] = _find_nowhere


def register_elsewhere(find: Callable[[str], EvidenceSource | None]) -> None:
    """Let ``find`` say who answers an evidence type elsewhere; it is asked there even where this process could read."""
    global _find_elsewhere
    _find_elsewhere = find


def find_evidence_type(code: str) -> EvidenceType | None:
    return _types.get(code)


def list_evidence_types() -> list[EvidenceType]:
    """Every evidence type, by code."""
    return [_types[code] for code in sorted(_types)]


def list_types_elsewhere() -> list[EvidenceType]:
    """The evidence types that another node answers, by code."""
    return [one for one in list_evidence_types() if _find_elsewhere(one.code)]


def find_provider(code: str) -> EvidenceSource | None:
    """Who answers for the evidence type ``code``, if anybody does."""
    return _find_elsewhere(code) or _providers.get(code)
