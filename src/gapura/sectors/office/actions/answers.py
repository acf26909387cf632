"""The clock of a letter that asks for an answer: it stops when the reply leaves."""

from datetime import datetime

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.worklist.actions import close_work
from gapura.sectors.office.models import Assignment, IncomingLetter, OfficialDocument
from gapura.sectors.office.types import AssignmentEnd

HANDLE = "office.handle"


def stop_answer_clock(*, actor: Actor, document_id: int, reply: OfficialDocument, now: datetime) -> None:
    """The letter that became this document is answered by ``reply``: its clock and everybody's work on it end.

    In the caller's transaction. Nothing happens where it is no letter that came in, or was answered before.
    """
    letter = IncomingLetter.objects.select_for_update().filter(document_id=document_id).first()
    if letter is None or letter.answered_at is not None or letter.document is None:
        return
    letter.answered_at = now
    letter.save(update_fields=["answered_at"])
    end_assignments(letter.document, AssignmentEnd.ANSWERED, note=reply.number, now=now)
    record_event(
        actor=actor,
        action="office.letter_answered",
        object_ref=f"incoming:{letter.code}",
        detail={"reply": reply.code, "number": reply.number},
    )


def end_assignments(document: OfficialDocument, end: AssignmentEnd, *, note: str, now: datetime) -> None:
    """Nobody has more to do with the document; in the caller's transaction."""
    open_ones = Assignment.objects.filter(document=document, ended_at__isnull=True)
    open_ones.update(ended_at=now, end=end.value, end_note=note[:300])
    close_work(kind=HANDLE, object_ref=f"document:{document.code}", now=now)


def give_assignments(*, source: str, target: str, target_label: str, now: datetime) -> int:
    """What the holder ``source`` (``post:…``, ``unit:…``) deals with is ``target``'s, in the caller's transaction.

    What the other has already only ends here. How many there were; the basket is moved by the caller.
    """
    open_ones = Assignment.objects.select_for_update().filter(holder=source, ended_at__isnull=True).order_by("pk")
    given = list(open_ones)
    theirs = Assignment.objects.filter(holder=target, ended_at__isnull=True)
    has_already = set(theirs.values_list("document_id", flat=True))
    for one in given:
        if one.document_id in has_already:
            one.ended_at, one.end, one.end_note = now, AssignmentEnd.MOVED.value, target_label[:300]
        else:
            one.holder, one.holder_label = target, target_label[:200]
        one.save()
    return len(given)
