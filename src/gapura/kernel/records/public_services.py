"""What records do for others: approved holds, and the objection of whoever took back their consent."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.plugin import Objection
from gapura.kernel.exchange.types import ConsentWithdrawn, EvidenceRequest, ExchangeRefusal
from gapura.kernel.records.actions import lift_hold, set_hold
from gapura.kernel.records.actions.holds import HOLD, LIFTING
from gapura.kernel.records.presentation import get_reason_title
from gapura.kernel.records.queries import is_withdrawn


class HoldHandler(ApprovalHandler):
    kind = HOLD

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        set_hold(actor=actor, payload=dict(request.payload), now=now)

    def get_title(self) -> str:
        return _("Disposal hold")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        payload = request.payload
        return [
            (_("Reason"), get_reason_title(payload["reason"])),
            (_("File"), payload["reference"]),
            (_("Person number"), payload["person_number"]),
            (_("Case number"), payload["case_number"]),
            (_("Retention class"), payload["retention_class"]),
        ]


class LiftingHandler(ApprovalHandler):
    kind = LIFTING

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        lift_hold(actor=actor, number=request.payload["number"], ground=request.payload["ground"], now=now)

    def get_title(self) -> str:
        return _("Lifting of a disposal hold")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        return [
            (_("Hold"), request.payload["number"]),
            (_("File"), request.summary),
            (_("Why it is no longer needed"), request.payload["ground"]),
        ]


class WithdrawnConsent(Objection):
    def find_refusal(self, request: EvidenceRequest) -> ExchangeRefusal | None:
        if not is_withdrawn(request.subject, request.consumer, request.legal_ground):
            return None
        return ConsentWithdrawn(f"The person withdrew their consent that {request.consumer} reads this.")
