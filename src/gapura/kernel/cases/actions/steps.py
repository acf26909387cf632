"""How a case moves: lock it, look the move up in the table, write what happened."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.models import Case, CaseStep
from gapura.kernel.cases.rules import find_transition
from gapura.kernel.cases.types import CannotChangeCase, CaseNotFound


def lock_case(number: str) -> Case:
    """The case, held until the transaction ends. Raises CaseNotFound."""
    try:
        return Case.objects.select_for_update().get(number=number)
    except Case.DoesNotExist as error:
        raise CaseNotFound(number) from error


def move_case(
    case: Case,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    text: Mapping[str, str] | None = None,
    **changes: Any,
) -> None:
    """Take the locked case through the table's ``action``, with ``changes`` to its columns, a step and an audit event.

    Raises CannotChangeCase when the table has no such row for this status and actor.
    """
    transition = find_transition(action, case.status, actor.kind)
    if transition is None:
        raise CannotChangeCase(
            _(
                "This cannot be done with the case as it stands now. Open the case again to see what has changed."
            )
        )
    case.status = transition.target
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=["status", *changes])
    add_step(case, action, actor=actor, now=now, note=note, text=text)
    record_event(
        actor=actor,
        action=f"cases.{action}",
        subject=case.subject,
        object_ref=f"case:{case.number}",
        case_number=case.number,
        detail={"status": case.status},
    )


def add_step(
    case: Case,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    text: Mapping[str, str] | None = None,
) -> None:
    """Write one line of the timeline."""
    CaseStep.objects.create(
        case=case,
        at=now,
        action=action,
        status=case.status,
        actor_kind=actor.kind,
        actor_label=actor.label,
        note=note,
        text=dict(text or {}),
    )


def country_day(moment: datetime) -> date:
    """The calendar day of ``moment`` in the country."""
    return local_day(moment, settings.TIME_ZONE)
