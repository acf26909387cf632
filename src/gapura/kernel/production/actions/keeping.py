"""A keeper over a register table: what every sector that gives out cards does with its entries."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.production.actions.pieces import give_up_piece
from gapura.kernel.production.plugin import CardKeeper
from gapura.kernel.production.types import CardFacts, CardStatus, CardVerdict
from gapura.kernel.registers.actions import correct_entry, record_entry
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import Source, SourceKind

_TIMES = frozenset(
    {"id", "valid_from", "valid_until", "recorded_at", "superseded_at", "source_kind", "source_reference"}
)


class RegisterKeeper(CardKeeper):
    """``register`` has one history per card: the column ``number_of`` names it, ``status_of`` holds a CardStatus.

    The holder's person number is the column ``number``; the last day of force, where there is one, ``expires_on``.
    """

    register: ClassVar[type[RegisterEntry]]
    number_of: ClassVar[str]
    status_of: ClassVar[str]

    @abstractmethod
    def facts_of(self, card: CardFacts) -> Mapping[str, Any]:
        """The columns of a new entry, besides its number, holder, status and time."""

    def begin(self, *, actor: Actor, card: CardFacts, case_number: str, now: datetime) -> None:
        for entry in self._list_standing(card.holder, now, CardStatus.VALID, CardStatus.ORDERED):
            self._change(actor, entry, CardStatus.REPLACED, _of_case(case_number), now)
        own = {self.number_of: card.document_number, self.status_of: CardStatus.ORDERED.value, "number": card.holder}
        entry = self.register(**own, **self.facts_of(card), valid_from=_today(now))
        record_entry(actor=actor, entry=entry, source=_of_case(case_number), now=now)

    def knows_number(self, document_number: str) -> bool:
        return self.register.objects.filter(**{self.number_of: document_number}).exists()

    def make_valid(self, *, actor: Actor, document_number: str, case_number: str, now: datetime) -> None:
        self._change(actor, self._get(document_number, now), CardStatus.VALID, _of_case(case_number), now)

    def cancel(self, *, actor: Actor, document_number: str, case_number: str, now: datetime) -> None:
        self._change(actor, self._get(document_number, now), CardStatus.CANCELLED, _of_case(case_number), now)

    def judge(self, *, document_number: str, issued_on: date, today: date) -> CardVerdict:
        named = {self.number_of: document_number, "issued_on": issued_on}
        entry = self.register.objects.filter(**named).as_of(today).known_at(None).first()
        if entry is None or self._status(entry) is CardStatus.ORDERED:
            return CardVerdict.UNKNOWN
        is_over = entry.expires_on is not None and entry.expires_on <= today
        return CardVerdict.ENDED if is_over or self._status(entry) is not CardStatus.VALID else CardVerdict.VALID

    def end_all(self, *, actor: Actor, holder: str, source: Source, now: datetime) -> list[str]:
        standing = self._list_standing(holder, now, CardStatus.VALID)
        for entry in standing:
            self._change(actor, entry, CardStatus.CANCELLED, source, now)
        return [getattr(entry, self.number_of) for entry in standing]

    def report_loss(self, *, actor: Actor, holder: str, case_number: str, now: datetime) -> list[str]:
        """Every card in force ends, and what is in the post is made again under a new number. The numbers that ended.

        From the same moment every question to the register is answered no. Found again, a card stays ended.
        """
        with transaction.atomic():
            standing = self._list_standing(holder, now, CardStatus.VALID)
            for entry in standing:
                self._change(actor, entry, CardStatus.LOST, _of_case(case_number), now)
            missing = give_up_piece(actor=actor, holder=holder, kind=self.kind, now=now)
        return [*(getattr(entry, self.number_of) for entry in standing), *missing]

    def has_standing(self, holder: str, now: datetime) -> bool:
        """Whether the person has a card in force."""
        return bool(self._list_standing(holder, now, CardStatus.VALID))

    def has_ever_had(self, holder: str) -> bool:
        """Whether a card was ever handed over to the person."""
        given = [CardStatus.VALID.value, CardStatus.LOST.value]
        return self.register.objects.filter(**{"number": holder, f"{self.status_of}__in": given}).exists()

    def _list_standing(self, holder: str, now: datetime, *statuses: CardStatus) -> Sequence[RegisterEntry]:
        named = {"number": holder, f"{self.status_of}__in": [status.value for status in statuses]}
        entries = self.register.objects.select_for_update().filter(**named).as_of(_today(now)).known_at(None)
        return list(entries.filter(Q(expires_on__isnull=True) | Q(expires_on__gt=_today(now))).order_by("pk"))

    def _get(self, document_number: str, now: datetime) -> RegisterEntry:
        entries = self.register.objects.filter(**{self.number_of: document_number})
        entry: RegisterEntry = entries.as_of(_today(now)).known_at(None).get()
        return entry

    def _status(self, entry: RegisterEntry) -> CardStatus:
        return CardStatus(getattr(entry, self.status_of))

    def _change(self, actor: Actor, entry: RegisterEntry, status: CardStatus, source: Source, now: datetime) -> None:
        """From today on; what began today is corrected, since of one card a day has one state."""
        today = _today(now)
        if entry.valid_from >= today:
            correct_entry(actor=actor, entry=entry, changes={self.status_of: status.value}, source=source, now=now)
            return
        facts = {f.attname: getattr(entry, f.attname) for f in entry._meta.concrete_fields if f.attname not in _TIMES}
        changed = type(entry)(**facts | {self.status_of: status.value, "valid_from": today})
        record_entry(actor=actor, entry=changed, source=source, now=now)


def _of_case(number: str) -> Source:
    return Source(SourceKind.CASE, number)


def _today(now: datetime) -> date:
    return local_day(now, settings.TIME_ZONE)
