"""Taking a request further: whoever comes by starts what can start now, any number of times and at once.

A process may die anywhere. An item is started under a key that is its own, so that told twice it is one case; a
request with waiting items carries the time of its next look, and the events of its cases wake it before.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import override

from gapura.bundles.definitions import APPLICANT, SUBJECT, Ask, Bundle, Item, builds_on
from gapura.bundles.models import BundleRequest, RequestedItem
from gapura.bundles.queries import get_bundle, list_items
from gapura.bundles.rules import outcome, prospect
from gapura.bundles.types import ItemStatus
from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import submit_for
from gapura.kernel.cases.types import CannotSubmitApplication
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.catalogue.types import InvalidAnswers, Relation, ServiceNotInForce
from gapura.kernel.exchange.actions import ask_question
from gapura.kernel.exchange.types import EvidenceRequest, ProviderUnavailable

PATIENCE = timedelta(seconds=30)
LONGEST_PATIENCE = timedelta(hours=1)

_log = logging.getLogger(__name__)


def advance_request(*, actor: Actor, number: str, now: datetime) -> BundleRequest:
    """Note what became of its cases and start what can start, until nothing more moves.

    An item that fails to start does not hold up the others; it is tried again later.
    """
    request = BundleRequest.objects.get(number=number)
    bundle = get_bundle(request.bundle_code)
    while _Round(actor, request, bundle).moved():
        pass
    _plan_next_look(request, now)
    return request


def advance_waiting(*, actor: Actor, now: datetime, limit: int = 50) -> int:
    """Take up every request whose look is due; returns how many. One that fails does not hold up the others."""
    due = BundleRequest.objects.filter(next_look_at__lte=now).order_by("next_look_at")
    numbers = list(due.values_list("number", flat=True)[:limit])
    for number in numbers:
        try:
            advance_request(actor=actor, number=number, now=now)
        except Exception:
            _log.exception("Bundle %s could not be taken further; it is tried again later.", number)
    return len(numbers)


def _plan_next_look(request: BundleRequest, now: datetime) -> None:
    statuses = set(request.items.order_by().values_list("status", flat=True))
    waited = min(max(PATIENCE, now - request.submitted_at), LONGEST_PATIENCE)
    request.next_look_at = now + waited if ItemStatus.WAITING in statuses else None
    open_still = {ItemStatus.WAITING, ItemStatus.STARTED} & statuses
    request.finished_at = None if open_still else request.finished_at or now
    request.save(update_fields=["next_look_at", "finished_at"])


class _NotYet(Exception):
    """The item cannot start now and may later; ``why`` is shown meanwhile."""

    def __init__(self, ask: Ask | None = None) -> None:
        super().__init__()
        self.ask = ask


class _Never(Exception):
    """The item does not start; no case is opened."""

    def __init__(self, status: ItemStatus, reason: Text, remedy: Text) -> None:
        super().__init__()
        self.status, self.reason, self.remedy = status, reason, remedy


@dataclass
class _Round:
    """One look at a request: what every item has come to, and what follows for those that wait."""

    actor: Actor
    request: BundleRequest
    bundle: Bundle

    @property
    def now(self) -> datetime:
        """Each item begins after the one before: what that wrote is known to its registers only from then on."""
        return clock.now()

    def moved(self) -> bool:
        """Whether anything did; then another look may move more."""
        views = list_items(self.request)
        self.rows = {view.item.code: view.item for view in views}
        self.cases = {view.item.code: view.case for view in views if view.case}
        noted = [self._note_outcome(view.item, outcome(view.case)) for view in views if view.case]
        return any(noted + [self._take_further(row) for row in self.rows.values()])

    def _note_outcome(self, row: RequestedItem, came_to: ItemStatus) -> bool:
        """What is granted stays so; a refusal may be turned by an appeal, and what was stopped by it goes on."""
        if row.status == ItemStatus.GRANTED:
            return False
        settled_at = None if came_to is ItemStatus.STARTED else row.settled_at or self.now
        return row.status != came_to and self._change(row, status=came_to, settled_at=settled_at)

    def _take_further(self, row: RequestedItem) -> bool:
        stopped_by_others = row.status == ItemStatus.STOPPED and not row.reason
        if row.status != ItemStatus.WAITING and not stopped_by_others:
            return False
        item = self.bundle.get_item(row.code)
        statuses = {code: ItemStatus(one.status) for code, one in self.rows.items()}
        match prospect(statuses, builds_on(self.bundle, item)):
            case ItemStatus.STOPPED:
                return not stopped_by_others and self._change(row, status=ItemStatus.STOPPED, settled_at=self.now)
            case ItemStatus.GRANTED if stopped_by_others:
                return self._change(row, status=ItemStatus.WAITING, settled_at=None)
            case ItemStatus.GRANTED:
                return self._try_to_start(row, item)
            case _:
                return stopped_by_others and self._change(row, status=ItemStatus.WAITING, settled_at=None)

    def _try_to_start(self, row: RequestedItem, item: Item) -> bool:
        try:
            number = self._start(row, item)
        except _NotYet as wait:
            if wait.ask and row.reason != wait.ask.otherwise.reason:
                self._change(row, reason=wait.ask.otherwise.reason, remedy=wait.ask.otherwise.remedy)
            return False
        except _Never as end:
            return self._change(row, status=end.status, reason=end.reason, remedy=end.remedy, settled_at=self.now)
        except Exception:
            _log.exception("Item %s of bundle %s could not be started; it is tried again.", row.code, row.request_id)
            return False
        return self._change(row, status=ItemStatus.STARTED, case_number=number, reason={}, remedy={})

    def _start(self, row: RequestedItem, item: Item) -> str:
        """The number of the item's case. Raises _NotYet or _Never."""
        subject, relation = row.person or self._person(item.of), self._relation(item)
        for ask in item.awaits:
            if not self._holds(row, item, ask, subject):
                raise self._still_waiting(item, ask)
        for ask in item.entitled:
            if not self._holds(row, item, ask, subject):
                raise _Never(ItemStatus.NOT_ENTITLED, ask.otherwise.reason, ask.otherwise.remedy)
        answers = self.request.answers[row.code] | {name: self._value(text) for name, text in item.answers.items()}
        try:
            case = submit_for(
                person=self.request.applicant,
                service_code=item.service,
                subject=subject,
                relation=relation,
                answers=answers,
                language=self.request.language,
                key=f"{self.request.number}-{row.code}",
                now=self.now,
            )
        except (CannotSubmitApplication, InvalidAnswers, ServiceNotInForce) as refusal:
            with override(self.request.language):
                said = {self.request.language: str(refusal)}
            raise _Never(ItemStatus.STOPPED, said, {}) from refusal
        return case.number

    def _still_waiting(self, item: Item, ask: Ask) -> Exception:
        days = int(self._value(item.awaits_days))
        if days and self._today - local_day(self.request.submitted_at, settings.TIME_ZONE) > timedelta(days=days):
            return _Never(ItemStatus.STOPPED, ask.otherwise.reason, ask.otherwise.remedy)
        return _NotYet(ask)

    def _holds(self, row: RequestedItem, item: Item, ask: Ask, subject: str) -> bool:
        """Whether the register answers as expected. Raises _NotYet while it does not answer."""
        request = EvidenceRequest(
            evidence_type=ask.evidence_type,
            subject=self._person(ask.about) if ask.about else subject,
            consumer=row.agency_code,
            case_number=self.request.number,
            legal_ground=ask.legal_ground,
            purpose=ask.purpose,
            as_of=self._today,
            question=ask.question,
            parameters={name: self._parameter(value) for name, value in ask.parameters.items()},
        )
        try:
            answer = ask_question(actor=self.actor, request=request, now=self.now)
        except ProviderUnavailable as silence:
            raise _NotYet from silence
        if answer.stale_since:
            raise _NotYet
        return answer.holds is ask.expect

    @property
    def _today(self) -> date:
        return local_day(self.now, settings.TIME_ZONE)

    def _relation(self, item: Item) -> str:
        if item.each:
            return item.each.relation
        if item.of == SUBJECT:
            return self.request.relation
        return str(Relation.SELF) if item.of == APPLICANT else item.relation

    def _person(self, who: str) -> str:
        return self._value(who if who.startswith("$") else f"${who}")

    def _parameter(self, value: str | int) -> str | int:
        if isinstance(value, int) or not value.startswith("$") or "." in value or value[1:] in (APPLICANT, SUBJECT):
            return value if isinstance(value, int) else self._value(value)
        return get_limit(value[1:])

    def _value(self, text: str | int) -> str:
        """What a ``$word`` of the file stands for in this request; other texts stand for themselves."""
        if not isinstance(text, str) or not text.startswith("$"):
            return str(text)
        name, _, part = text[1:].partition(".")
        if not part:
            own = {APPLICANT: self.request.applicant, SUBJECT: self.request.subject}
            return own[name] if name in own else str(get_limit(name))
        answers: Mapping[str, str] = self.request.answers.get(name, {})
        return answers[part] if part in answers else self.cases[name].results[part]

    def _change(self, row: RequestedItem, **changes: object) -> bool:
        """Whoever comes first changes the item; who comes second leaves it as it stands."""
        before = row.status
        changed = RequestedItem.objects.filter(pk=row.pk, status=before).update(**changes)
        if changed:
            for name, value in changes.items():
                setattr(row, name, value)
        if changed and row.status != before:
            record_event(
                actor=self.actor,
                action="bundles.item",
                subject=self.request.subject,
                object_ref=f"bundle:{self.request.number}",
                case_number=row.case_number,
                detail={"item": row.code, "status": str(row.status)},
            )
        return bool(changed)
