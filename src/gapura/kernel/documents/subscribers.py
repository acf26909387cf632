"""After a document was issued, its seal is made to last."""

from gapura.kernel.documents.events import DocumentIssued
from gapura.kernel.documents.tasks import ARCHIVE_JOB
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe


@subscribe(DocumentIssued)
def archive_later(event: DocumentIssued) -> None:
    enqueue_job(name=ARCHIVE_JOB, arguments={"code": event.code}, key=f"{ARCHIVE_JOB}:{event.code}")
