"""Disposal holds: one records officer proposes, another decides."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.models import Hold
from gapura.kernel.records.permissions import is_officer
from gapura.kernel.records.queries import get_retention
from gapura.kernel.records.types import OFFICER, CannotSetHold, HoldReason, HoldScope

HOLD, LIFTING = "records.hold", "records.lifting"


def propose_hold(*, actor: Actor, reason: HoldReason, reference: str, scope: HoldScope, now: datetime) -> int:
    """Ask another records officer to set a hold; the id of the request. Nothing is held yet.

    ``reference`` names the file of the court, audit or appeal. Raises AccessDenied, CannotSetHold.
    """
    if not is_officer(actor):
        raise AccessDenied
    if scope.is_empty:
        raise CannotSetHold(_("Say what must not be destroyed: a person, a case or a retention class."))
    if scope.retention_class and scope.retention_class not in get_retention():
        raise CannotSetHold(_("There is no such retention class; choose one of the list."))
    if not reference.strip():
        raise CannotSetHold(_("Name the file of the court, audit or appeal that needs the records."))
    payload = {"reason": HoldReason(reason).value, "reference": reference.strip(), **asdict(scope)}
    return _request(actor, HOLD, f"hold:{'/'.join(asdict(scope).values())}", reference.strip(), payload, now)


def propose_lifting(*, actor: Actor, number: str, ground: str, now: datetime) -> int:
    """Ask another records officer to lift a hold. Raises AccessDenied, CannotSetHold."""
    if not is_officer(actor):
        raise AccessDenied
    hold = Hold.objects.filter(number=number, lifted_at__isnull=True).first()
    if hold is None:
        raise CannotSetHold(_("There is no such hold, or it was lifted already."))
    if not ground.strip():
        raise CannotSetHold(_("Say why the records are no longer needed."))
    payload = {"number": number, "ground": ground.strip()}
    return _request(actor, LIFTING, f"lifting:{number}", hold.reference, payload, now)


def set_hold(*, actor: Actor, payload: dict[str, Any], now: datetime) -> Hold:
    """Set the approved hold, in the transaction of the approval. From commit on nothing it covers is ended."""
    with transaction.atomic():
        hold = Hold.objects.create(number=new_code()[:12], set_at=now, **payload)
        record_event(
            actor=actor,
            action="records.hold_set",
            subject=hold.person_number,
            object_ref=f"hold:{hold.number}",
            case_number=hold.case_number,
            detail={"reason": hold.reason, "class": hold.retention_class},
        )
    return hold


def lift_hold(*, actor: Actor, number: str, ground: str, now: datetime) -> None:
    """Lift the hold, in the transaction of the approval. Raises CannotDecideApproval when it is gone."""
    with transaction.atomic():
        if not Hold.objects.filter(number=number, lifted_at__isnull=True).update(lifted_at=now):
            raise CannotDecideApproval(_("The hold was lifted already; deny this."))
        record_event(actor=actor, action="records.hold_lifted", object_ref=f"hold:{number}", detail={"ground": ground})


def _request(actor: Actor, kind: str, object_ref: str, summary: str, payload: dict[str, Any], now: datetime) -> int:
    try:
        request = request_approval(
            actor=actor,
            kind=kind,
            object_ref=object_ref[:80],
            summary=summary[:200],
            payload=payload,
            role=OFFICER,
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            now=now,
        )
    except CannotRequestApproval as error:
        raise CannotSetHold(str(error)) from error
    return request.pk
