"""How a case moves: lock it, look the move up in the table, write what happened."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from gapura.foundation.appending import append_rows, change_row
from gapura.foundation.clock import local_day
from gapura.foundation.periods import add_months
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.audit.actions import record_events, recording_together
from gapura.kernel.audit.types import ROW_DIGEST, Actor, NewEvent
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.queries.cases import find_needed_approval, get_service_of
from gapura.kernel.cases.rules import find_transition
from gapura.kernel.cases.types import CannotChangeCase, CaseMoved, CaseNotFound
from gapura.kernel.catalogue.queries import get_working_calendar, list_granted_by_silence
from gapura.kernel.catalogue.types import StatutoryDays
from gapura.kernel.outbox.actions import publishing_together


def lock_case(number: str) -> Case:
    """The case, held until the transaction ends. Raises CaseNotFound."""
    try:
        return Case.objects.select_for_update().get(number=number)
    except Case.DoesNotExist as error:
        raise CaseNotFound(number) from error


@contextmanager
def one_write() -> Iterator[None]:
    """A transaction whose audit events and published events are gathered and written with one insert each."""
    with transaction.atomic(), publishing_together(), recording_together():
        yield


def move_case(
    case: Case,
    *actions: str,
    actor: Actor,
    now: datetime,
    note: str = "",
    text: Mapping[str, str] | None = None,
    **changes: Any,
) -> None:
    """Take the case through the table's ``actions`` in turn, with ``changes`` to its columns.

    Each action adds a step and an audit event. Raises CannotChangeCase when the table has no such row for this
    status and actor, CaseMoved when the case in hand is not locked and was moved by somebody else.
    """
    steps, before = [], case.status
    for action in actions:
        transition = find_transition(action, case.status, actor.kind)
        if transition is None:
            raise CannotChangeCase(
                _("This cannot be done with the case as it stands now. Open it again to see what has changed.")
            )
        case.status = transition.target
        steps.append(new_step(case, action, actor=actor, now=now, note=note, text=text))
    for name, value in changes.items():
        setattr(case, name, value)
    if not change_row(Case, {"id": case.pk, "status": before}, {"status": case.status, **changes}):
        raise CaseMoved(_("Somebody was faster: the case has moved on. Open it again to see how it stands."))
    append_rows(steps)
    record_events(actor=actor, events=[_audit_event(case, step) for step in steps])


def require_needed_approval(case: Case, through: str | None = None) -> None:
    """Raises CannotChangeCase where only another kind of approval than ``through`` may approve the case."""
    needed = find_needed_approval(case)
    if needed is not None and needed != through:
        raise CannotChangeCase(
            _("The case is approved only together with what it asks for. Propose this: %(approval)s.")
            % {"approval": get_approval_handler(needed).get_title()}
        )


def new_step(
    case: Case, action: str, *, actor: Actor, now: datetime, note: str = "", text: Mapping[str, str] | None = None
) -> CaseStep:
    """One line of the timeline, not yet written."""
    return CaseStep(
        case=case,
        at=now,
        action=action,
        status=case.status,
        actor_kind=actor.kind,
        actor_label=actor.label,
        mandate=actor.mandate,
        note=note,
        text=dict(text or {}),
    )


def _audit_event(case: Case, step: CaseStep) -> NewEvent:
    return NewEvent(
        action=f"cases.{step.action}",
        subject=case.subject,
        object_ref=f"case:{case.number}",
        case_number=case.number,
        detail={"status": step.status, ROW_DIGEST: case.logged_digest},
    )


def first_due_day(received_at: datetime, term: StatutoryDays) -> date:
    """The day by whose end the case must be decided. Hours and months run on from receipt."""
    if term.months:
        return add_months(country_day(received_at), term.months)
    if term.hours:
        return country_day(received_at + timedelta(hours=term.hours))
    return get_working_calendar().add_working_days(country_day(received_at), term.days)


def counts_as_granted(case: Case, now: datetime) -> bool:
    """Whether the law of the day it came holds the case granted, because its term passed undecided."""
    if case.due_on >= country_day(now) or case.service_code not in list_granted_by_silence():
        return False
    return get_service_of(case).days.granted_by_silence


def country_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in the country."""
    return local_day(moment, settings.TIME_ZONE)
