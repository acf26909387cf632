"""Telling sites that a session is over, and noticing sessions whose person is no longer signed in here."""

from urllib.parse import urlencode

from django.conf import settings

from gapura.foundation import clock
from gapura.foundation.egress import call, parse_allowed
from gapura.kernel.audit.types import system_actor
from gapura.kernel.federation.actions import end_orphaned_sessions
from gapura.kernel.federation.assertions import make_logout_token
from gapura.kernel.federation.models import SiteSession
from gapura.kernel.federation.rules import is_safe_address
from gapura.kernel.outbox.plugin import job, register_periodic

NOTICE_JOB = "federation.tell_site"
_EVERY_SECONDS = 15


class SiteDidNotListen(Exception):
    """The site did not take the notice; the outbox tries again."""


@job(NOTICE_JOB)
def tell_site(*, session_id: int) -> None:
    """OpenID Connect Back-Channel Logout §2.5. What goes wrong is raised: the outbox tries again later."""
    session = SiteSession.objects.select_related("connection__client").get(pk=session_id)
    address = session.connection.client.notice_address
    if not is_safe_address(address, is_demo=settings.GAPURA_DEMO):
        return
    token = make_logout_token(session, now=clock.now())
    reply = call(
        "POST",
        address,
        allowed=parse_allowed(settings.GAPURA_EGRESS),
        body=urlencode({"logout_token": token}).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    if reply.status not in (200, 204):
        raise SiteDidNotListen(f"{address} answered with status {reply.status}.")


def notice_orphans() -> int:
    """However a person's sign-in here ended, their sessions at sites end soon after."""
    return end_orphaned_sessions(actor=system_actor("federation"), now=clock.now())


register_periodic("federation.notice_orphans", _EVERY_SECONDS, notice_orphans)
