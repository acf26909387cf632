"""Which step of collection comes next, and when the law lets it be taken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet, Sum

from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.models import (
    CollectionStep,
    Installment,
    InstallmentPlan,
    RefundRequest,
    TaxAccount,
    TaxAudit,
    TaxLookUp,
    TaxPosting,
)
from gapura.sectors.tax.queries.ledger import standing
from gapura.sectors.tax.queries.terms import list_collection_terms
from gapura.sectors.tax.rules import CHARGES
from gapura.sectors.tax.types import AuditStatus, Balance, CollectionTerm, MovementKind, PlanStatus, RequestStatus

_CHARGES = [ledger.value for ledger in CHARGES]


@dataclass(frozen=True, slots=True)
class NextStep:
    term: CollectionTerm
    may_be_taken_on: date


def find_next_step(account: TaxAccount, balance: Balance, *, today: date) -> NextStep | None:
    """None where nothing is overdue, or every step was taken."""
    if not balance.is_overdue(today) or balance.due_on is None:
        return None
    taken = dict(list_steps(account, balance).values_list("code", "taken_on"))
    since = balance.due_on
    for term in list_collection_terms():
        if term.code not in taken:
            return NextStep(term, since + timedelta(days=term.after_days))
        since = taken[term.code]
    return None


def list_steps(account: TaxAccount, balance: Balance) -> QuerySet[CollectionStep]:
    """What was done about the debt that fell due on the balance's day, oldest first."""
    of_debt = {"tax": balance.tax, "period": balance.period, "due_on": balance.due_on}
    return CollectionStep.objects.filter(account=account, **of_debt).order_by("pk")


def access_refund(number: str) -> RefundRequest:
    """The caller judges the power over its account. Raises AccessDenied when there is none."""
    refund = RefundRequest.objects.select_related("account").filter(number=number).first()
    if refund is None:
        raise AccessDenied
    return refund


def access_plan(number: str) -> InstallmentPlan:
    """As access_refund."""
    plan = InstallmentPlan.objects.select_related("account").filter(number=number).first()
    if plan is None:
        raise AccessDenied
    return plan


def access_audit(number: str) -> TaxAudit:
    """As access_refund."""
    audit = TaxAudit.objects.select_related("account").filter(number=number).first()
    if audit is None:
        raise AccessDenied
    return audit


def get_paid_since(account: TaxAccount, since: datetime) -> int:
    """Money and netted credit that settled debts of the account since then, less what was taken back."""
    moved = TaxPosting.objects.filter(account=account, at__gte=since, debit__in=["money", "netted"])
    paid = standing(moved).filter(kind__in=[MovementKind.PAYMENT, MovementKind.NETTING])
    return int(paid.aggregate(sum=Sum("amount", default=0))["sum"])


def list_installments(plan: InstallmentPlan) -> list[Installment]:
    """In the order they fall due."""
    return list(Installment.objects.filter(plan=plan).order_by("due_on"))


def get_next_part(plan: InstallmentPlan) -> int:
    """What is missing of a running plan up to its next unpaid installment; 0 for another plan."""
    if plan.status != PlanStatus.RUNNING:
        return 0
    missing = -get_paid_since(plan.account, plan.asked_at)
    for one in list_installments(plan):
        missing += one.amount
        if missing > 0:
            return missing
    return 0


def list_refunds_of(taxpayer: str) -> list[RefundRequest]:
    """Newest first."""
    return list(RefundRequest.objects.filter(account__taxpayer=taxpayer).order_by("-pk"))


def find_plan_of(taxpayer: str) -> InstallmentPlan | None:
    """The newest one."""
    return InstallmentPlan.objects.select_related("account").filter(account__taxpayer=taxpayer).order_by("-pk").first()


def list_audits_of(taxpayer: str, *, for_taxpayer: bool) -> list[TaxAudit]:
    """Newest first. The taxpayer sees those that were opened; what was only proposed is the office's."""
    audits = TaxAudit.objects.filter(account__taxpayer=taxpayer).order_by("-pk")
    shown = [AuditStatus.OPEN, AuditStatus.CLOSED]
    return list(audits.filter(status__in=shown) if for_taxpayer else audits)


def list_look_ups_of(taxpayer: str, *, limit: int = 20) -> list[TaxLookUp]:
    """Who opened the account and why, newest first."""
    return list(TaxLookUp.objects.filter(taxpayer=taxpayer).order_by("-pk")[:limit])


def list_waiting() -> tuple[list[RefundRequest], list[InstallmentPlan], list[TaxAudit]]:
    """What waits for officers, oldest first. The caller has judged who may see it."""
    refunds = RefundRequest.objects.select_related("account").filter(status=RequestStatus.ASKED).order_by("pk")
    plans = InstallmentPlan.objects.select_related("account").filter(status=PlanStatus.ASKED).order_by("pk")
    audits = TaxAudit.objects.select_related("account").filter(status=AuditStatus.OPEN).order_by("pk")
    return list(refunds[:50]), list(plans[:50]), list(audits[:50])


def list_accounts_to_follow(*, since: datetime) -> list[str]:
    """Taxpayers who owe something, whose risk was not zero, or to whose account something was posted since then."""
    postings = TaxPosting.objects.order_by().values("account")
    owed = Sum("amount", filter=Q(debit__in=_CHARGES), default=0) - Sum(
        "amount", filter=Q(credit__in=_CHARGES), default=0
    )
    owing = postings.annotate(owed=owed).filter(owed__gt=0).values("account")
    lately = postings.filter(at__gte=since)
    followed = TaxAccount.objects.filter(Q(risk_score__gt=0) | Q(pk__in=owing) | Q(pk__in=lately))
    return list(followed.order_by("pk").values_list("taxpayer", flat=True))
