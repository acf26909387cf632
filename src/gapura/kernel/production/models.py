"""Orders, the pieces made for them, what happened to both, and visits for fingerprints."""

from enum import StrEnum

from django.db import models
from django.db.models import Q

from gapura.kernel.production.rules import AT_FACTORY, OPEN, OVER
from gapura.kernel.production.types import Delivery, OrderStatus, PieceStatus


def _one_of(column: str, words: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [word.value for word in words]}), name=name)


def _in(words: frozenset[OrderStatus]) -> Q:
    return Q(status__in=sorted(word.value for word in words))


class CardOrder(models.Model):
    """One card for one person, by whom and when it was asked for, and how far it is."""

    number = models.CharField(max_length=16, unique=True)
    case_number = models.CharField(max_length=20, unique=True)
    service_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=20, blank=True)
    counter_role = models.CharField(max_length=60)
    factory = models.CharField(max_length=40)
    holder = models.CharField(max_length=16)
    applicant = models.CharField(max_length=16)
    full_name = models.CharField(max_length=100)
    birth_on = models.DateField()
    sex = models.CharField(max_length=6)
    nationality = models.CharField(max_length=3)
    photo = models.CharField(max_length=40)
    delivery = models.CharField(max_length=8)
    address = models.JSONField(default=dict)
    status = models.CharField(max_length=12)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)  # while the factory owes something
    end_told_at = models.DateTimeField(null=True)  # when the holder was told that the card will soon expire

    class Meta:
        db_table = "production_order"
        constraints = (
            _one_of("status", OrderStatus, "card_order_status"),
            _one_of("delivery", Delivery, "card_order_delivery"),
            models.UniqueConstraint(fields=["holder", "kind"], condition=_in(OPEN), name="card_order_one_at_a_time"),
            models.CheckConstraint(
                condition=_in(AT_FACTORY) & Q(next_look_at__isnull=False)
                | ~_in(AT_FACTORY) & Q(next_look_at__isnull=True),
                name="card_order_at_factory_is_looked_after",
            ),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], name="card_order_by_holder"),
            models.Index(fields=["applicant", "-id"], name="card_order_by_applicant"),
            models.Index(fields=["agency_code", "office_code", "status"], name="card_order_at_counter"),
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="card_order_due"),
            models.Index(
                fields=["expires_on"], condition=_in(OVER) & Q(end_told_at__isnull=True), name="card_order_ending"
            ),
        )

    @property
    def is_over(self) -> bool:
        return self.status in OVER or self.status == OrderStatus.STOPPED


class CardPiece(models.Model):
    """One thing made under an order. ``reference`` is the factory's idempotency key; a number is never used again."""

    reference = models.CharField(max_length=16, unique=True)
    order = models.ForeignKey(CardOrder, models.PROTECT, related_name="+")
    document_number = models.CharField(max_length=9, unique=True)
    zone = models.JSONField()
    status = models.CharField(max_length=12)
    drawn_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stop_due_at = models.DateTimeField(null=True)  # while the factory has not heard that it is waste

    class Meta:
        db_table = "production_piece"
        constraints = (
            _one_of("status", PieceStatus, "card_piece_status"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["handed-over", "live"]), name="card_piece_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(status="live", ended_at__isnull=True) | ~Q(status="live") & Q(ended_at__isnull=False),
                name="card_piece_ended_is_dated",
            ),
        )
        indexes = (
            models.Index(fields=["stop_due_at"], condition=Q(stop_due_at__isnull=False), name="card_piece_to_stop"),
        )


class CardStep(models.Model):
    """What happened on the way, once for each piece (``reference``). ``said``: the order's status, or why waste."""

    order = models.ForeignKey(CardOrder, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=16)
    said = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        db_table = "production_step"
        constraints = (models.UniqueConstraint(fields=["reference", "said"], name="card_step_once"),)
        indexes = (models.Index(fields=["order", "id"], name="card_step_by_order"),)


class FingerprintVisit(models.Model):
    """When the holder comes to a counter to give fingerprints; ``seat`` keeps a time from being given twice."""

    order = models.OneToOneField(CardOrder, models.PROTECT, related_name="+")
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=20, blank=True)
    starts_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "production_visit"
        constraints = (
            models.UniqueConstraint(
                fields=["agency_code", "office_code", "starts_at", "seat"], name="fingerprint_visit_seat"
            ),
        )
