"""The paper of a long document is set and sealed behind the approval: it would keep who approves waiting."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.printing import keep_paper, make_paper, seal_document
from gapura.sectors.office.queries.drafts import awaits_paper, list_files, ref_of

PAPER_JOB = "office.set-paper"
LONG_TEXT = 80_000
"""Letters that fill about twenty pages; setting them takes half a second."""
MANY_PICTURES = 8


def set_paper_soon(document: OfficialDocument, *, now: datetime) -> None:
    """Set and seal the registered document: a short one now, a long one by a worker once this transaction holds."""
    if is_long(document):
        enqueue_job(name=PAPER_JOB, arguments={"code": document.code}, key=f"paper:{document.code}")
    else:
        seal_document(document, now=now)


def is_long(document: OfficialDocument) -> bool:
    pictures = sum(file.is_picture for file in list_files(document))
    return len(document.body) > LONG_TEXT or pictures > MANY_PICTURES


def set_paper(*, actor: Actor, code: str, now: datetime) -> bool:
    """Whether the document has its paper by this; one that has it keeps it. No lock is held while it is set.

    Raises CannotSealDocument: it is tried again.
    """
    document = OfficialDocument.objects.get(code=code)
    if not awaits_paper(document):
        return False
    paper = make_paper(document, now=now)
    with transaction.atomic():
        document = OfficialDocument.objects.select_for_update().get(code=code)
        if not awaits_paper(document):
            return False
        keep_paper(document, paper)
        detail = {"sha256": document.sealed_digest}
        record_event(actor=actor, action="office.paper_set", object_ref=ref_of(document), detail=detail)
    return True
