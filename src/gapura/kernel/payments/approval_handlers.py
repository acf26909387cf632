"""A refund as something a second person decides."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.payments.actions import carry_out_refund
from gapura.kernel.payments.types import APPROVAL_KIND
from gapura.web.jinja import money


class RefundHandler(ApprovalHandler):
    """Shows what would go back and why, and orders it."""

    kind = APPROVAL_KIND

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_refund(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Refund of a payment")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        grounds = {"error": _("Paid by mistake"), "law": _("A law gives it back")}
        return [
            (_("Bill or transaction"), request.summary),
            (_("Number at the bank"), request.payload["transaction_id"]),
            (_("Amount"), money(request.payload["amount"])),
            (_("Ground"), grounds.get(request.payload["ground"], request.payload["ground"])),
            (_("Reason"), request.payload["reason"]),
        ]
