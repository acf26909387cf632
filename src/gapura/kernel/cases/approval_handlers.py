"""The decision of a case as something that a line decides."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions.lines import DECISION, carry_out_decision


class DecisionHandler(ApprovalHandler):
    """Approving or refusing an application."""

    kind = DECISION

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_decision(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Decision on an application")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        said = request.payload
        return [
            (_("Case number"), request.case_number),
            (_("What is proposed"), _("Refuse") if said["refuse"] else _("Approve")),
            (_("Reason"), said["reason"]),
            (_("What the applicant can do"), said["remedy"]),
        ]
