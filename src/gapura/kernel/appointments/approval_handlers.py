"""The power of an official as something a second person decides."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from gapura.kernel.appointments.actions import put_in_force
from gapura.kernel.appointments.queries import get_powers
from gapura.kernel.appointments.types import APPROVAL_KIND, OrderKind
from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_post
from gapura.web.languages import localized


class PowerHandler(ApprovalHandler):
    """Shows who would get which powers by which post, and puts the order in force."""

    kind = APPROVAL_KIND

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        put_in_force(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Powers of an official")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        powers = get_powers()
        given = [localized(powers.title(role)) for role in request.payload["roles"]]
        post = get_post(request.payload["post"])
        until = request.payload["valid_until"]
        return [
            (_("Official"), request.summary),
            (_("Person number"), request.payload["subject"]),
            (_("Post"), localized(post.title)),
            (_("Roles and powers"), ", ".join(given)),
            (_("As"), _("Deputy") if request.payload["kind"] == OrderKind.DEPUTY else _("Principal post")),
            (_("From"), date.fromisoformat(request.payload["valid_from"]).isoformat()),
            (_("First day without the post"), until or ""),
            (_("Order number"), request.payload["number"]),
        ]
