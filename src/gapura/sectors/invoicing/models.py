"""Invoices with their bytes, the numbers of each seller's year, drafts, uploads, keys of machines, and cash receipts.

Amounts are hundredths of a rupiah. A seller and a buyer are named by their business number.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q

from gapura.sectors.invoicing.types import BuyerView, InvoiceKind, InvoiceState

_TAKEN_BACK = [InvoiceState.CORRECTED.value, InvoiceState.CANCELLED.value]


def _one_of(column: str, values: Any, name: str, *others: str) -> models.CheckConstraint:
    allowed = [*(one.value for one in values), *others]
    return models.CheckConstraint(condition=Q(**{f"{column}__in": allowed}), name=name)


class Series(models.Model):
    """The last serial that a seller was given in a year. Its lock makes the numbers gapless."""

    seller = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "invoicing_series"
        constraints = (models.UniqueConstraint(fields=["seller", "year"], name="invoice_series_once"),)


class Invoice(models.Model):
    """An issued invoice or credit note. What it says never changes; what became of it does.

    ``seller_number`` is what the paper itself is called, ``number`` what the office calls it. ``send_key`` is a digest
    of seller and form, or seller and number: what is sent twice exists once; ``sent_digest`` tells whether it is the
    same. ``credited_…`` is how much of it credit notes have taken back.
    """

    number = models.CharField(max_length=30, unique=True)
    seller = models.CharField(max_length=13)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    seller_number = models.CharField(max_length=60)
    seller_name = models.CharField(max_length=160)
    buyer = models.CharField(max_length=13)
    buyer_name = models.CharField(max_length=160)
    kind = models.CharField(max_length=11)
    state = models.CharField(max_length=9, default=InvoiceState.ISSUED)
    period = models.CharField(max_length=7)
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    credited_net = models.BigIntegerField(default=0)
    credited_tax = models.BigIntegerField(default=0)
    refers_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, blank=True)
    send_key = models.CharField(max_length=64, unique=True)
    sent_digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    buyer_view = models.CharField(max_length=8, blank=True)
    buyer_tax = models.BigIntegerField(null=True)
    buyer_said = models.CharField(max_length=300, blank=True)
    document_code = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "invoicing_invoice"
        constraints = (
            _one_of("kind", InvoiceKind, "invoice_kind"),
            _one_of("state", InvoiceState, "invoice_state"),
            _one_of("buyer_view", BuyerView, "invoice_buyer_view", ""),
            models.UniqueConstraint(fields=["seller", "year", "serial"], name="invoice_serial_once"),
            models.UniqueConstraint(fields=["seller", "seller_number"], name="invoice_seller_number_once"),
            models.CheckConstraint(condition=~Q(seller=F("buyer")), name="invoice_not_to_oneself"),
            models.CheckConstraint(condition=Q(net__gte=0, tax__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(
                condition=Q(credited_net__gte=0, credited_net__lte=F("net"))
                & Q(credited_tax__gte=0, credited_tax__lte=F("tax")),
                name="invoice_credited_at_most_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_TAKEN_BACK, ended_at__isnull=False)
                | ~Q(state__in=_TAKEN_BACK) & Q(ended_at__isnull=True),
                name="invoice_end_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(kind=InvoiceKind.CREDIT_NOTE.value) | Q(refers_to__isnull=False),
                name="credit_note_refers",
            ),
        )
        indexes = (
            models.Index(fields=["seller", "-id"], name="invoice_by_seller"),
            models.Index(fields=["buyer", "-id"], name="invoice_by_buyer"),
            models.Index(fields=["seller", "period"], name="invoice_sales_of_month"),
            models.Index(fields=["buyer", "period"], name="invoice_purchases_of_month"),
            models.Index(
                fields=["seller"], condition=Q(buyer_view=BuyerView.DISPUTED.value), name="invoice_disputed_sales"
            ),
            models.Index(
                fields=["buyer"], condition=Q(buyer_view=BuyerView.DISPUTED.value), name="invoice_disputed_purchases"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def gross(self) -> int:
        return self.net + self.tax

    @property
    def gross_amount(self) -> Decimal:
        """In rupiah, as people read it."""
        return Decimal(self.gross) / 100

    @property
    def tax_amount(self) -> Decimal:
        return Decimal(self.tax) / 100

    @property
    def declared_amount(self) -> Decimal | None:
        """The tax that the buyer would declare."""
        return None if self.buyer_tax is None else Decimal(self.buyer_tax) / 100

    @property
    def is_taken_back(self) -> bool:
        return self.state in _TAKEN_BACK

    @property
    def is_credit_note(self) -> bool:
        return self.kind == InvoiceKind.CREDIT_NOTE


class InvoiceContent(models.Model):
    """The XML as it was issued, the office's seal over exactly these bytes (CMS, RFC 5652), the seller's if any."""

    invoice = models.OneToOneField(Invoice, primary_key=True, on_delete=models.PROTECT, related_name="content")
    xml = models.BinaryField()
    seal = models.BinaryField()
    seller_signature = models.TextField(blank=True)

    class Meta:
        db_table = "invoicing_content"


class Draft(models.Model):
    """An invoice that is still being written. ``form`` is what the page sent."""

    seller = models.CharField(max_length=13)
    form = models.JSONField()
    buyer = models.CharField(max_length=13, blank=True)
    saved_by = models.CharField(max_length=16)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_draft"
        indexes = (models.Index(fields=["seller", "-id"], name="invoice_draft_by_seller"),)


class Upload(models.Model):
    """Files that a seller sent at once, and what became of each: ``rows`` have name and number, or rules and words."""

    number = models.CharField(max_length=16, unique=True)
    seller = models.CharField(max_length=13)
    content_digest = models.CharField(max_length=64)
    sent_by = models.CharField(max_length=16)
    sent_at = models.DateTimeField()
    taken = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        db_table = "invoicing_upload"
        constraints = (models.UniqueConstraint(fields=["seller", "content_digest"], name="invoice_upload_once"),)
        indexes = (models.Index(fields=["seller", "-id"], name="invoice_upload_by_seller"),)


class MachineKey(models.Model):
    """A program of a business, known by its public key (JWK, P-256)."""

    code = models.CharField(max_length=16, unique=True)
    business = models.CharField(max_length=13)
    title = models.CharField(max_length=80)
    public_key = models.JSONField()
    registered_by = models.CharField(max_length=16)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invoicing_machine_key"
        indexes = (models.Index(fields=["business"], name="machine_key_by_business"),)


class ReceiptConsent(models.Model):
    """That sellers may report a person's cash receipts, until it is taken back."""

    person_number = models.CharField(max_length=16)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invoicing_receipt_consent"
        constraints = (
            models.UniqueConstraint(
                fields=["person_number"], condition=Q(ended_at__isnull=True), name="receipt_consent_once"
            ),
        )


class Receipt(models.Model):
    """What a consumer paid in cash, as the seller reported it."""

    number = models.CharField(max_length=16, unique=True)
    seller = models.CharField(max_length=13)
    seller_name = models.CharField(max_length=160)
    seller_number = models.CharField(max_length=60)
    consumer = models.CharField(max_length=16)
    sold_on = models.DateField()
    gross = models.BigIntegerField()
    tax = models.BigIntegerField()
    reported_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_receipt"
        constraints = (
            models.UniqueConstraint(fields=["seller", "seller_number"], name="receipt_seller_number_once"),
            models.CheckConstraint(condition=Q(gross__gt=0, tax__gte=0, tax__lt=F("gross")), name="receipt_amounts"),
        )
        indexes = (
            models.Index(fields=["consumer", "-id"], name="receipt_by_consumer"),
            models.Index(fields=["seller", "-id"], name="receipt_by_seller"),
        )

    @property
    def gross_amount(self) -> Decimal:
        """In rupiah, as people read it."""
        return Decimal(self.gross) / 100

    @property
    def tax_amount(self) -> Decimal:
        return Decimal(self.tax) / 100
