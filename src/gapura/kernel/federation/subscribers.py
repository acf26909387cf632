"""Sites hear that a session ended."""

from gapura.kernel.federation.events import SiteSessionEnded
from gapura.kernel.federation.models import SiteSession
from gapura.kernel.federation.tasks import NOTICE_JOB
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe


@subscribe(SiteSessionEnded)
def tell_site_of_end(event: SiteSessionEnded) -> None:
    """A code that was never exchanged began no session at the site: nothing to tell."""
    session = SiteSession.objects.select_related("connection__client").get(pk=event.session_id)
    if session.code_used_at is not None and session.connection.client.notice_address:
        enqueue_job(name=NOTICE_JOB, arguments={"session_id": session.pk})
