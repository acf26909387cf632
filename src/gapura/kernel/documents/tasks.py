"""Background work on issued documents."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.actions import archive_document
from gapura.kernel.outbox.plugin import job

ARCHIVE_JOB = "documents.archive"


@job(ARCHIVE_JOB)
def archive(code: str) -> None:
    archive_document(actor=system_actor(ARCHIVE_JOB), code=code, now=clock.now())
