"""Asking for and giving approval. A grant is carried out in the transaction that decides it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.kernel.approvals.events import ApprovalDenied, ApprovalGranted, ApprovalRequested
from gapura.kernel.approvals.models import ApprovalRequest
from gapura.kernel.approvals.permissions import can_decide_approval
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries import access_approval
from gapura.kernel.approvals.types import ApprovalStatus, CannotDecideApproval, CannotRequestApproval
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder

DECIDE = "approvals.decide"


def request_approval(
    *,
    actor: Actor,
    kind: str,
    object_ref: str,
    summary: str,
    payload: Mapping[str, Any],
    role: str,
    agency_code: str,
    office_code: str,
    case_number: str = "",
    now: datetime,
) -> ApprovalRequest:
    """Ask somebody with ``role`` in the office to decide; ``payload`` (JSON) never changes afterwards.

    Raises CannotRequestApproval when the actor is not proven to be a person, or the object already has an
    open request of this kind. Publishes ApprovalRequested.
    """
    get_approval_handler(kind)
    if not actor.person_number:
        raise CannotRequestApproval(
            _("Your account is not proven to be a person, so nobody can be sure that two people decide.")
        )
    request = ApprovalRequest(
        kind=kind,
        object_ref=object_ref,
        case_number=case_number,
        summary=summary,
        payload=dict(payload),
        payload_digest=digest(payload).hex(),
        role=role,
        agency_code=agency_code,
        office_code=office_code,
        requested_at=now,
        requested_by=actor.reference,
        requested_by_label=actor.label,
        requested_by_person=actor.person_number,
    )
    with transaction.atomic():
        _store_once(request)
        _record(actor, request, "approvals.requested")
        _lay_in_basket(request, now)
        publish(
            ApprovalRequested(
                request_id=request.id, kind=kind, role=role, agency_code=agency_code, office_code=office_code
            )
        )
    return request


def grant_approval(*, actor: Actor, request_id: int, note: str, now: datetime) -> ApprovalRequest:
    """Decide yes and carry it out at once: both or neither.

    Raises AccessDenied outside the office; CannotDecideApproval when it was decided before, when the actor
    is the person who asked, or when the handler finds that it can no longer be done. Publishes
    ApprovalGranted.
    """
    with transaction.atomic():
        request = _decide(actor, request_id, ApprovalStatus.GRANTED, note, now)
        get_approval_handler(request.kind).carry_out(actor=actor, request=request.proposal, now=now)
        _record(actor, request, "approvals.granted")
        publish(ApprovalGranted(request_id=request.id, kind=request.kind, object_ref=request.object_ref))
    return request


def deny_approval(*, actor: Actor, request_id: int, note: str, now: datetime) -> ApprovalRequest:
    """Decide no, with the reason in ``note``. Raises as grant_approval does. Publishes ApprovalDenied."""
    if not note.strip():
        raise CannotDecideApproval(_("Say why you deny it, so that the one who asked can act on it."))
    with transaction.atomic():
        request = _decide(actor, request_id, ApprovalStatus.DENIED, note, now)
        _record(actor, request, "approvals.denied")
        publish(ApprovalDenied(request_id=request.id, kind=request.kind, object_ref=request.object_ref))
    return request


def _lay_in_basket(request: ApprovalRequest, now: datetime) -> None:
    open_work(
        kind=DECIDE,
        object_ref=f"approval:{request.id}",
        holder=Holder.role(request.agency_code, request.office_code, request.role),
        title=request.summary,
        path=reverse("desk:approval", args=[request.id]),
        sender=request.requested_by_label,
        now=now,
    )


def _store_once(request: ApprovalRequest) -> None:
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise CannotRequestApproval(
            _("The same thing already awaits a decision; wait for it before you propose again.")
        ) from error


def _decide(actor: Actor, request_id: int, status: ApprovalStatus, note: str, now: datetime) -> ApprovalRequest:
    access_approval(actor, request_id)
    request = ApprovalRequest.objects.select_for_update().get(pk=request_id)  # two deciders: one waits here
    _check_decidable(actor, request)
    request.status, request.decided_at, request.note = status, now, note
    request.decided_by, request.decided_by_label = actor.reference, actor.label
    request.decided_by_person = actor.person_number
    request.decided_digest = digest(request.payload).hex()
    request.save()
    close_work(kind=DECIDE, object_ref=f"approval:{request.id}", now=now)
    return request


def _check_decidable(actor: Actor, request: ApprovalRequest) -> None:
    if request.status != ApprovalStatus.OPEN:
        raise CannotDecideApproval(_("This has been decided already; nothing was changed."))
    if request.requested_by_person == actor.person_number:
        raise CannotDecideApproval(_("You asked for this yourself; another person has to decide it."))
    if not can_decide_approval(actor, request):
        raise CannotDecideApproval(_("Your post may not decide this; a post with the named role has to."))
    if digest(request.payload).hex() != request.payload_digest:
        raise CannotDecideApproval(
            _("What was proposed has been altered in the database; report this to your security officer.")
        )


def _record(actor: Actor, request: ApprovalRequest, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"approval:{request.id}",
        case_number=request.case_number,
        detail={"kind": request.kind, "payload_sha256": request.payload_digest},
    )
