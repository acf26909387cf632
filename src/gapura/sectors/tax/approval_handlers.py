"""What a second person decides: that money goes back, that an account is examined, that a debt is given up."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import Proposal
from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions.audits import open_audit
from gapura.sectors.tax.actions.refunds import grant_refund
from gapura.sectors.tax.actions.write_offs import carry_out_write_off
from gapura.sectors.tax.presentation import money, tax_words
from gapura.sectors.tax.queries.collection import access_audit, access_refund
from gapura.sectors.tax.queries.ledger import get_taxpayer
from gapura.sectors.tax.queries.terms import get_account_term, list_risk_rules
from gapura.sectors.tax.types import AUDIT_APPROVAL, REFUND_APPROVAL, WRITE_OFF_APPROVAL
from gapura.web.languages import localized


class RefundHandler(ApprovalHandler):
    kind = REFUND_APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        grant_refund(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Refund of tax")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        refund = access_refund(request.payload["number"])
        return [
            (_("Taxpayer"), refund.account.taxpayer),
            (_("Tax and period"), tax_words(refund.tax, refund.period)),
            (_("Amount"), money(refund.amount)),
            (_("Goes to"), f"{refund.institution} · {refund.bank_account}"),
            (_("What the officer found"), request.payload["note"]),
        ]


class AuditHandler(ApprovalHandler):
    kind = AUDIT_APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        open_audit(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Audit of a taxpayer")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        audit = access_audit(request.payload["number"])
        rules = {rule.code: localized(rule.reason) for rule in list_risk_rules()}
        return [
            (_("Taxpayer"), audit.account.taxpayer),
            (_("Tax and period"), tax_words(audit.tax, audit.period)),
            (_("Why"), audit.why),
            (_("Risk score"), str(audit.score)),
            (_("Reasons of the score"), "; ".join(rules.get(code, code) for code in audit.reasons)),
        ]


class WriteOffHandler(ApprovalHandler):
    kind = WRITE_OFF_APPROVAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        carry_out_write_off(actor=actor, request=request, now=now)

    def get_title(self) -> str:
        return _("Writing off a tax debt")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        payload = request.payload
        grounds = get_account_term("write_off", "grounds")
        return [
            (_("Taxpayer"), get_taxpayer(payload["account"])),
            (_("Tax and period"), tax_words(payload["tax"], payload["period"])),
            (_("Amount"), money(payload["owed"])),
            (_("Ground in law"), localized(grounds[payload["ground"]])),
            (_("Why"), payload["why"]),
        ]
