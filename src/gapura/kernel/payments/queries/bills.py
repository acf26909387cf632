"""Reading bills, only those the actor may see."""

from collections.abc import Sequence
from datetime import datetime

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.payments.models import Bill, Difference, Payment, PaymentIntent, Refund
from gapura.kernel.payments.permissions import can_close_difference, is_payer, keeps_books_of
from gapura.kernel.payments.types import TREASURER, BillNotFound, IntentStatus


def access_bill(actor: Actor, number: str) -> Bill:
    """The bill, for who is asked to pay it and for treasurers of its agency. Raises BillNotFound."""
    bill = Bill.objects.filter(number=number).first()
    if bill is None or not (is_payer(actor, bill) or keeps_books_of(actor, bill.agency_code)):
        raise BillNotFound(number)
    return bill


def find_bill_of_case(case_number: str) -> Bill | None:
    """The bill of a case. The caller has judged who may see the case."""
    return Bill.objects.filter(case_number=case_number).first()


def list_payments_of(bill: Bill) -> list[Payment]:
    """Everything that came for the bill, oldest first, also what was taken back."""
    return list(Payment.objects.filter(bill=bill).order_by("pk"))


def list_refunds_of(bill: Bill) -> list[Refund]:
    """Everything that goes or went back, oldest first."""
    return list(Refund.objects.filter(payment__bill=bill).order_by("pk"))


def find_live_intent(bill: Bill) -> PaymentIntent | None:
    """The try that may still be paid."""
    return PaymentIntent.objects.filter(bill=bill, status__in=[IntentStatus.NEW, IntentStatus.OFFERED]).first()


def find_latest_intent(bill: Bill) -> PaymentIntent | None:
    return PaymentIntent.objects.filter(bill=bill).order_by("-pk").first()


def list_differences(actor: Actor, *, limit: int = 200) -> Sequence[Difference]:
    """What waits for a treasurer of the actor's agency, oldest first. Nothing for anybody else."""
    if actor.kind is not ActorKind.OFFICIAL or TREASURER not in actor.roles:
        return []
    mine = Difference.objects.filter(closed_at__isnull=True, agency_code__in=["", actor.agency_code or ""])
    return list(mine.order_by("day", "pk")[:limit])


def access_difference(actor: Actor, pk: int) -> Difference:
    """Raises BillNotFound, alike for absent and foreign ones."""
    difference = Difference.objects.filter(pk=pk).first()
    if difference is None or not can_close_difference(actor, difference):
        raise BillNotFound(str(pk))
    return difference


@as_house("money that no bill explains is every treasurer's task")
def find_payment(provider: str, transaction_id: str) -> Payment | None:
    """The payment with this number at the bank. The caller has judged the difference that names it."""
    return Payment.objects.select_related("bill").filter(provider=provider, transaction_id=transaction_id).first()


def find_oldest_difference_age(now: datetime) -> int:
    """Days that the oldest open difference waits; 0 when there is none."""
    oldest = Difference.objects.filter(closed_at__isnull=True).order_by("found_at").first()
    return oldest.age_in_days(now) if oldest else 0
