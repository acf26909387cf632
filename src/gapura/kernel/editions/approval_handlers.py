"""An edition as something two further people decide: a colleague, then the authority."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.editions.actions import adopt_edition, agree_to_edition
from gapura.kernel.editions.types import AGENCY_APPROVAL, AUTHORITY_APPROVAL


class _EditionHandler(ApprovalHandler):
    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        number = request.object_ref.partition(":")[2]
        said, address = _("Text, changes and preview"), reverse("editions:edition", args=[number])
        first = _("First day without the service") if request.payload["ends"] else _("In force from")
        return [
            (_("Public service"), request.payload["service"]),
            (first, request.payload["begins"]),
            (_("What changes, and why"), request.payload["reason"]),
            (_("To look at"), format_html('<a href="{}">{}</a>', address, said)),
            (_("Digest of the text"), request.payload["sha256"]),
        ]


class AgencyHandler(_EditionHandler):
    """The agency's own second pair of eyes."""

    kind = AGENCY_APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        agree_to_edition(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("A public service of our agency")


class AuthorityHandler(_EditionHandler):
    """The authority over public services."""

    kind = AUTHORITY_APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        adopt_edition(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("A public service of another agency")
