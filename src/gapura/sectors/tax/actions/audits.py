"""Examining an account: one officer proposes with the reasons, another person agrees, findings end it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.approvals.actions import request_approval
from gapura.kernel.approvals.types import CannotDecideApproval, CannotRequestApproval, Proposal
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.actions.ledger import lock_account, post_assessment
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.actions.returns import mark_assessed
from gapura.sectors.tax.models import TaxAudit
from gapura.sectors.tax.permissions import require_power_over
from gapura.sectors.tax.queries.collection import access_audit
from gapura.sectors.tax.queries.ledger import find_account
from gapura.sectors.tax.queries.risk import judge_risk
from gapura.sectors.tax.queries.terms import get_account_term
from gapura.sectors.tax.types import (
    AUDIT_APPROVAL,
    OFFICER,
    SUPERVISOR,
    AssessmentKind,
    AuditStatus,
    CannotCollect,
)


def propose_audit(*, actor: Actor, taxpayer: str, tax: str, period: str, why: str, now: datetime) -> TaxAudit:
    """Ask another person to open an audit; the score and its reasons of today go along.

    Raises AccessDenied, also for the officer's own account; CannotCollect without a reason, or beside another audit.
    """
    account = find_account(taxpayer)
    if account is None:
        raise AccessDenied
    require_power_over(actor, account, OFFICER)
    if not why.strip():
        raise CannotCollect(_("Say why this account is to be examined; the one who decides reads it."))
    risk = judge_risk(account, today=local_day(now, settings.TIME_ZONE))
    try:
        with transaction.atomic():
            audit = TaxAudit.objects.create(
                number=new_code(15),
                account=account,
                tax=tax,
                period=period,
                score=risk.score,
                reasons=[rule.code for rule in risk.reasons],
                why=why.strip()[:300],
                proposed_by=actor.person_number or "",
                proposed_at=now,
            )
            _ask_second_person(actor, audit, now)
            _record(actor, audit, "tax.audit_propose")
    except (IntegrityError, CannotRequestApproval) as refusal:
        raise CannotCollect(_("This tax and period is being examined already, or waits for the decision.")) from refusal
    return audit


def _ask_second_person(actor: Actor, audit: TaxAudit, now: datetime) -> None:
    request_approval(
        actor=actor,
        kind=AUDIT_APPROVAL,
        object_ref=f"tax-audit:{audit.number}",
        summary=f"{audit.tax} {audit.period}",
        payload={"number": audit.number, "why": audit.why, "score": audit.score, "reasons": audit.reasons},
        role=SUPERVISOR,
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        now=now,
    )


def open_audit(*, actor: Actor, request: Proposal, now: datetime) -> TaxAudit:
    """Begin what another person proposed, in the transaction of the decision. Raises CannotDecideApproval."""
    audit = access_audit(request.payload["number"])
    require_power_over(actor, audit.account, SUPERVISOR)
    if audit.status != AuditStatus.PROPOSED or audit.proposed_by == actor.person_number:
        raise CannotDecideApproval(_("Another person has to decide this, and only once."))
    audit.status, audit.decided_by = AuditStatus.OPEN, actor.person_number or ""
    audit.save(update_fields=["status", "decided_by"])
    _record(actor, audit, "tax.audit_open")
    _tell(actor, audit, "opened", now)
    return audit


def drop_audit(*, actor: Actor, number: str) -> None:
    """The second person said no. The taxpayer is not told of what did not happen."""
    with transaction.atomic():
        audit = access_audit(number)
        if audit.status == AuditStatus.PROPOSED:
            audit.status = AuditStatus.DENIED
            audit.save(update_fields=["status"])
            _record(actor, audit, "tax.audit_deny")


def close_audit(*, actor: Actor, number: str, findings: str, amount: int, now: datetime) -> TaxAudit:
    """Write down what was found, and let the account owe ``amount`` more (0: nothing), due by the law's term.

    Raises AccessDenied; CannotCollect when the audit is not open or the findings are missing.
    """
    today = local_day(now, settings.TIME_ZONE)
    with transaction.atomic():
        audit = access_audit(number)
        account = lock_account(audit.account.taxpayer, now)
        audit.refresh_from_db()
        require_power_over(actor, account, OFFICER)
        if audit.status != AuditStatus.OPEN or not findings.strip() or amount < 0:
            raise CannotCollect(_("This audit is not open, or the findings are missing."))
        if amount:
            post_assessment(
                actor=actor,
                taxpayer=account.taxpayer,
                tax=audit.tax,
                period=audit.period,
                kind=AssessmentKind.TAX,
                amount=amount,
                due_on=today + timedelta(days=get_account_term("audit", "due_days")),
                source=f"audit:{number}",
                now=now,
            )
            mark_assessed(taxpayer=account.taxpayer, tax=audit.tax, period=audit.period)
        audit.status, audit.closed_at, audit.findings, audit.assessed = (
            AuditStatus.CLOSED,
            now,
            findings.strip(),
            amount,
        )
        audit.save(update_fields=["status", "closed_at", "findings", "assessed"])
        _record(actor, audit, "tax.audit_close")
        _tell(actor, audit, "closed", now)
        return audit


def _tell(actor: Actor, audit: TaxAudit, title: str, now: datetime) -> None:
    about = get_account_term("audit", title)
    send_notice(actor=actor, account=audit.account, kind="tax_audit", about=about, now=now)


def _record(actor: Actor, audit: TaxAudit, action: str) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=audit.account.responsible,
        object_ref=f"tax-audit:{audit.number}",
        detail={"tax": audit.tax, "period": audit.period, "score": audit.score, "assessed": audit.assessed},
    )
