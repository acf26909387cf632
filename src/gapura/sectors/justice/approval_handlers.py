"""A bar as something a second person decides."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.sectors.justice.actions import BAR, carry_out_bar, read_proposal
from gapura.sectors.justice.presentation import ACTS, KINDS
from gapura.sectors.justice.queries import get_person_read
from gapura.sectors.justice.types import BarAct, BarKind
from gapura.web.languages import localized


class BarHandler(ApprovalHandler):
    """Shows what would be entered, changed or lifted, by which order, and writes it."""

    kind = BAR

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_bar(actor=actor, proposal=request, now=now)

    def on_read(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        read_proposal(actor=actor, proposal=request)

    def get_title(self) -> str:
        return _("Travel ban or wanted notice")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        payload = request.payload
        return [
            (_("What"), f"{KINDS[BarKind(payload['kind'])]}: {ACTS[BarAct(payload['act'])]}"),
            (_("Person number"), get_person_read(payload["reading"])),
            (_("Number of the bar"), payload["bar_number"]),
            (_("Ordered by"), localized(get_agency(payload["ordered_by"]).title)),
            (_("From"), payload["from"]),
            (_("Until"), payload["until"] or _("Until it is lifted")),
            (_("By order of"), payload["letter"]),
            (_("Legal ground"), payload["legal_ground"]),
        ]
