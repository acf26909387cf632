"""Bills, tries to pay them, the money that came, and the ledger of it. What happened once is unique here."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.payments.types import (
    AccountKind,
    BillStatus,
    DifferenceKind,
    DisbursementStatus,
    IntentStatus,
    RefundGround,
    RefundStatus,
)

_LIVE = [IntentStatus.NEW.value, IntentStatus.OFFERED.value]


def _one_of(column: str, words: Any, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [word.value for word in words]}), name=name)


class Bill(models.Model):
    """What one case costs one person, by which law, until when it can be paid."""

    number = models.CharField(max_length=16, unique=True)
    case_number = models.CharField(max_length=20, unique=True)
    service_code = models.CharField(max_length=60)
    service_title = models.JSONField()
    payer = models.CharField(max_length=16)
    agency_code = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    full_amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    law = models.JSONField()
    exemption = models.JSONField(default=dict)
    status = models.CharField(max_length=10)
    issued_at = models.DateTimeField()
    payable_until = models.DateField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            _one_of("status", BillStatus, "bill_status"),
            models.CheckConstraint(condition=Q(amount__gte=0, amount__lte=F("full_amount")), name="bill_amount"),
            models.CheckConstraint(
                condition=Q(amount=F("full_amount")) | ~Q(exemption={}), name="bill_reduced_by_an_article"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paid", "settled", "refunded"]) | Q(paid_at__isnull=False),
                name="bill_paid_is_dated",
            ),
        )
        indexes = (
            models.Index(fields=["payer", "-id"], name="bill_by_payer"),
            models.Index(fields=["payable_until"], condition=Q(status="open"), name="bill_open_until"),
        )

    @property
    def logged_digest(self) -> str:
        return row_digest(self, leave_out=("id",))


class PaymentIntent(models.Model):
    """One try to pay a bill. ``reference`` is the bank's idempotency key, and stands here before the bank is called."""

    reference = models.CharField(max_length=16, unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    status = models.CharField(max_length=10)
    pay_address = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    next_inquiry_at = models.DateTimeField(null=True)  # while the bank may still know something new

    class Meta:
        constraints = (
            _one_of("status", IntentStatus, "intent_status"),
            models.UniqueConstraint(fields=["bill"], condition=Q(status__in=_LIVE), name="intent_one_at_a_time"),
            models.CheckConstraint(
                condition=~Q(status__in=_LIVE) | Q(next_inquiry_at__isnull=False), name="intent_live_is_asked"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="intent_amount"),
        )
        indexes = (
            models.Index(
                fields=["next_inquiry_at"], condition=Q(next_inquiry_at__isnull=False), name="intent_to_inquire"
            ),
        )


class Payment(models.Model):
    """Money that a bank received, once per transaction number. Without a bill it is in suspense."""

    provider = models.CharField(max_length=40)
    transaction_id = models.CharField(max_length=64)
    intent = models.ForeignKey(PaymentIntent, models.PROTECT, null=True, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")
    payer = models.CharField(max_length=16, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)
    booked_on = models.DateField(null=True)  # the day of the statement that shows it

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "transaction_id"], name="payment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount"),
            models.CheckConstraint(
                condition=Q(bill__isnull=False) | Q(intent__isnull=True), name="payment_of_a_try_has_its_bill"
            ),
        )
        indexes = (models.Index(fields=["bill", "id"], name="payment_by_bill"),)


class Refund(models.Model):
    """Money that goes back the way it came. ``reference`` is the bank's idempotency key."""

    reference = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=20, blank=True)
    payer = models.CharField(max_length=16, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    ground = models.CharField(max_length=10)
    note = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10)
    ordered_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    booked_on = models.DateField(null=True)

    class Meta:
        constraints = (
            _one_of("status", RefundStatus, "refund_status"),
            _one_of("ground", RefundGround, "refund_ground"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(status="ordered", next_try_at__isnull=False)
                | ~Q(status="ordered") & Q(next_try_at__isnull=True),
                name="refund_ordered_is_tried",
            ),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="refund_to_send"),
            models.Index(fields=["payment"], name="refund_by_payment"),
        )


class Disbursement(models.Model):
    """Money that a decision sends to somebody's account. ``reference`` is the bank's idempotency key.

    ``object_ref`` names the decision (``tax-refund:…``): one decision sends money once.
    """

    reference = models.CharField(max_length=40, unique=True)
    object_ref = models.CharField(max_length=80)
    provider = models.CharField(max_length=40)
    payee = models.CharField(max_length=16)
    agency_code = models.CharField(max_length=40)
    institution = models.CharField(max_length=80)
    account_number = models.CharField(max_length=34)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    text = models.CharField(max_length=140)
    status = models.CharField(max_length=10)
    ordered_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    booked_on = models.DateField(null=True)

    class Meta:
        constraints = (
            _one_of("status", DisbursementStatus, "disbursement_status"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="disbursement_amount"),
            models.CheckConstraint(
                condition=~Q(institution="") & ~Q(account_number="") & ~Q(payee=""), name="disbursement_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(status="ordered", next_try_at__isnull=False)
                | ~Q(status="ordered") & Q(next_try_at__isnull=True),
                name="disbursement_ordered_is_tried",
            ),
            models.UniqueConstraint(
                fields=["object_ref"], condition=~Q(status="failed"), name="disbursement_once_a_decision"
            ),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="disbursement_to_send"),
            models.Index(fields=["payee", "-id"], name="disbursement_by_payee"),
        )


class Posting(models.Model):
    """One movement between two accounts: what is debited is credited, whole, or there is no row.

    ``reference`` names what caused it and makes it happen once. Rows are only ever added.
    """

    reference = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()
    debit = models.CharField(max_length=10)
    credit = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider = models.CharField(max_length=40, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            _one_of("debit", AccountKind, "posting_debit"),
            _one_of("credit", AccountKind, "posting_credit"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_between_two_accounts"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_amount"),
        )
        indexes = (models.Index(fields=["bill", "id"], name="posting_by_bill"),)

    @property
    def logged_digest(self) -> str:
        return row_digest(self, leave_out=("id",))


class Callback(models.Model):
    """A callback that was taken: the same event again changes nothing."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["provider", "event_id"], name="callback_once"),)


class DayEnd(models.Model):
    """The comparison of one day's statement with the books; made anew when the statement changed."""

    provider = models.CharField(max_length=40)
    day = models.DateField()
    statement_sha256 = models.CharField(max_length=64)
    closing = models.BigIntegerField()
    lines = models.PositiveIntegerField()
    compared_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["provider", "day"], name="day_end_once"),)


class Difference(models.Model):
    """Something for an official to clear up. It stays; clearing it up writes who did and how."""

    provider = models.CharField(max_length=40)
    day = models.DateField()
    kind = models.CharField(max_length=16)
    transaction_id = models.CharField(max_length=64)
    bill_number = models.CharField(max_length=16, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    at_bank = models.BigIntegerField()
    in_books = models.BigIntegerField()
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            _one_of("kind", DifferenceKind, "difference_kind"),
            models.UniqueConstraint(fields=["provider", "kind", "transaction_id"], name="difference_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(note=""), name="difference_closed_with_note"
            ),
        )
        indexes = (models.Index(fields=["day", "id"], condition=Q(closed_at__isnull=True), name="difference_open"),)

    def age_in_days(self, now: datetime) -> int:
        return (now - self.found_at).days
