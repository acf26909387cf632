"""What a higher class does to letters that were sent before: copies in the house follow, everybody else is told."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_posts_of_unit
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.letter_posting import tell_of_class
from gapura.sectors.office.actions.marks import mark_dispatch
from gapura.sectors.office.actions.publication import close_as
from gapura.sectors.office.actions.receipt import DISTRIBUTE, withdraw_arrival
from gapura.sectors.office.models import Dispatch, IncomingLetter, OfficialDocument, SecurityChange
from gapura.sectors.office.queries.documents import list_codes_above
from gapura.sectors.office.security import cleared_for, is_higher, list_security_classes
from gapura.sectors.office.types import CameBy, DispatchMark, DispatchState


@dataclass(frozen=True, slots=True)
class Raising:
    """A change to a higher class as the receivers of the document are told it; ``note`` is the sealed page."""

    security: str
    ground: str
    law: str
    reason: str
    by_label: str
    note: bytes
    disclosure: str
    disclosure_ground: str


def as_raising(change: SecurityChange) -> Raising:
    """What the receivers are told of the change."""
    source = change.document
    return Raising(
        change.after,
        change.ground,
        change.law,
        change.reason,
        change.by_label,
        bytes(change.note),
        source.disclosure,
        source.disclosure_ground,
    )


def let_follow(*, actor: Actor, change: SecurityChange, now: datetime) -> Sequence[Dispatch]:
    """Stop what has not left, tell people who were sent the document; the dispatches whose offices are to be told.

    In the caller's transaction. The offices are told at once where they are in this house, else by the worker.
    """
    due = []
    for dispatch in Dispatch.objects.select_for_update().filter(document=change.document_id).order_by("pk"):
        if dispatch.state == DispatchState.WAITING and not dispatch.tries:
            dispatch.next_try_at = None
            words = {"by_label": change.by_label, "note": change.reason}
            mark_dispatch(actor=actor, dispatch=dispatch, mark=DispatchMark.WITHDRAWN, at=now, now=now, **words)
        elif dispatch.state != DispatchState.WITHDRAWN and dispatch.to_agency:
            dispatch.raised, dispatch.next_try_at = change, now
            dispatch.save(update_fields=["raised", "next_try_at"])
            due.append(dispatch)
    tell_of_class(actor=actor, change=change, now=now)
    return due


def raise_arrival(
    *, actor: Actor, agency_code: str, sender_agency: str, code: str, raising: Raising, now: datetime
) -> str:
    """Let a letter that came here follow the class that its sender raised. Twice is once.

    What nobody accepted goes back; a record of the agency takes the class, with the sender's note, and is no more
    public than its source. What was sent on from here is told next. ``unknown`` where it, or the class, is not.
    """
    if raising.security not in list_security_classes():
        return "unknown"
    with as_house("a letter follows its class into the receiving agency"), transaction.atomic():
        theirs = IncomingLetter.objects.filter(agency_code=agency_code, sender_agency=sender_agency, code=code)
        letter = theirs.select_for_update(of=("self",)).select_related("document").first()
        if letter is None:
            return "unknown"
        if letter.document is None:
            IncomingLetter.objects.filter(pk=letter.pk).update(parcel=None)
            reason = _("The sender raised its class: %(reason)s") % {"reason": raising.reason}
            withdraw_arrival(
                actor=actor, agency_code=agency_code, code=code, came_by=CameBy.OFFICE, reason=reason, now=now
            )
            return "given back"
        copy = OfficialDocument.objects.select_for_update().get(pk=letter.document.pk)
        if is_higher(raising.security, copy.security):
            _raise_copy(actor, copy, raising, now)
            _put_before_cleared(letter, copy, now)
    return "raised"


def _raise_copy(actor: Actor, copy: OfficialDocument, raising: Raising, now: datetime) -> None:
    change = SecurityChange.objects.create(
        document=copy,
        before=copy.security,
        after=raising.security,
        ground=raising.ground,
        law=raising.law,
        reason=raising.reason,
        by_label=raising.by_label,
        by_post="",
        by_person="",
        at=now,
        note=raising.note,
    )
    copy.security, copy.changed_at = raising.security, now
    copy.save(update_fields=["security", "changed_at"])
    close_as(
        actor=actor,
        document=copy,
        disclosure=raising.disclosure,
        ground=raising.disclosure_ground,
        reason=raising.reason,
        now=now,
    )
    index_soon(copy)
    record_event(
        actor=actor,
        action="office.security_followed",
        object_ref=f"document:{copy.code}",
        detail={
            "before": change.before,
            "after": change.after,
            "ground": change.ground,
            "reason": change.reason,
            "note": hashlib.sha256(raising.note).hexdigest(),
        },
    )
    let_follow(actor=actor, change=change, now=now)


def _put_before_cleared(letter: IncomingLetter, copy: OfficialDocument, now: datetime) -> None:
    """Whoever leads the unit, or the nearest above, and is cleared has it before them now, and nobody else."""
    ref, ranks = f"incoming:{letter.code}", list_ranks()
    close_work(kind=DISTRIBUTE, object_ref=ref, now=now)
    for unit in list_codes_above(copy.unit_code):
        leaders = [
            post
            for post in list_posts_of_unit(unit)
            if post.rank in ranks and ranks[post.rank].leads and copy.security in cleared_for(post.rank)
        ]
        for post in leaders:
            open_work(
                kind=DISTRIBUTE,
                object_ref=ref,
                holder=Holder.post(letter.agency_code, post.code),
                title=copy.title,
                path=f"/desk/office/incoming/{letter.code}/",
                sender=letter.sender_label[:120],
                due_on=letter.answer_due_on,
                urgent=letter.urgent,
                now=now,
            )
        if leaders:
            return
