"""What the case engine does when others report something."""

from gapura.kernel.cases.tasks import REPLACEMENT_JOB
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.kernel.registers.events import RegisterChanged


@subscribe(RegisterChanged)
def replace_papers_after_correction(event: RegisterChanged) -> None:
    if event.correction:
        key = f"replace:{event.subject}:{event.source}"
        enqueue_job(name=REPLACEMENT_JOB, arguments={"person_number": event.subject}, key=key)
