"""Papers handed on, and each time they were opened. The paper itself stays a document."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from gapura.kernel.wallet.rules import LIVE
from gapura.kernel.wallet.types import DeliveryState, EndReason

_LIVE = sorted(LIVE)


class Delivery(models.Model):
    """One paper for one receiver, or for whoever has link and code (``receiver`` empty), until ``expires_at``.

    ``send_key`` is a digest of sender and form: what is sent twice exists once.
    """

    number = models.CharField(max_length=16, unique=True)
    send_key = models.CharField(max_length=64, unique=True)
    document_code = models.CharField(max_length=16)
    document_title = models.JSONField()
    case_number = models.CharField(max_length=30)
    subject = models.CharField(max_length=16)
    holder = models.CharField(max_length=16)
    sent_by = models.CharField(max_length=16)
    receiver = models.CharField(max_length=40, blank=True)
    receiver_agency = models.CharField(max_length=40, blank=True)
    receiver_company = models.CharField(max_length=16, blank=True)
    purpose = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=DeliveryState.SENT)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    most_openings = models.PositiveSmallIntegerField()
    opening_count = models.PositiveSmallIntegerField(default=0)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    code_digest = models.CharField(max_length=64, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[s.value for s in DeliveryState]), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(state__in=_LIVE, ended_at__isnull=True, end_reason="")
                | Q(state=DeliveryState.EXPIRED.value, ended_at__isnull=False, end_reason="")
                | Q(
                    state=DeliveryState.REVOKED.value,
                    ended_at__isnull=False,
                    end_reason__in=[reason.value for reason in EndReason],
                ),
                name="delivery_end_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.OPENED.value, opening_count__gt=0)
                | Q(state=DeliveryState.SENT.value, opening_count=0)
                | ~Q(state__in=_LIVE),
                name="delivery_opened_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(opening_count__lte=F("most_openings"), most_openings__gt=0), name="delivery_openings"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="delivery_term"),
            models.CheckConstraint(
                condition=Q(receiver="", receiver_agency="", receiver_company="", token_digest__isnull=False)
                & ~Q(code_digest="")
                | ~Q(receiver="") & Q(token_digest__isnull=True, code_digest=""),
                name="delivery_receiver_or_link",
            ),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], name="delivery_by_holder"),
            models.Index(fields=["document_code"], name="delivery_by_document"),
            models.Index(
                fields=["receiver_agency", "-id"], condition=~Q(receiver_agency=""), name="delivery_by_agency"
            ),
            models.Index(
                fields=["receiver_company", "-id"], condition=~Q(receiver_company=""), name="delivery_by_company"
            ),
            models.Index(fields=["expires_at"], condition=Q(state__in=_LIVE), name="delivery_to_expire"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_link(self) -> bool:
        return not self.receiver

    def is_standing(self, now: datetime) -> bool:
        """Whether it was neither ended nor has its term run out."""
        return self.state in LIVE and now < self.expires_at

    @property
    def is_used_up(self) -> bool:
        return self.opening_count >= self.most_openings


class Opening(models.Model):
    """The paper was given once. ``opened_by`` is how logs name who (empty for a link), ``label`` an official's post."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="openings")
    attempt_digest = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = (models.Index(fields=["delivery", "attempt_digest"], name="opening_by_page"),)


class Sharing(models.Model):
    """Chosen facts that one receiver may fetch from the registers until ``expires_at``; the facts are not here.

    ``facts`` are field codes by evidence type. ``most_fetches`` is 1 for once, None for as often as needed.
    """

    number = models.CharField(max_length=16, unique=True)
    form_digest = models.CharField(max_length=64, unique=True)
    holder = models.CharField(max_length=16)
    receiver = models.CharField(max_length=40)
    receiver_agency = models.CharField(max_length=40)
    facts = models.JSONField()
    purpose = models.CharField(max_length=200)
    shared_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    most_fetches = models.PositiveSmallIntegerField(null=True)
    fetch_count = models.PositiveIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("shared_at")), name="sharing_term"),
            models.CheckConstraint(
                condition=Q(most_fetches__isnull=True) | Q(fetch_count__lte=F("most_fetches")), name="sharing_fetches"
            ),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], name="sharing_by_holder"),
            models.Index(fields=["receiver_agency", "-id"], name="sharing_by_agency"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_used_up(self) -> bool:
        return self.most_fetches is not None and self.fetch_count >= self.most_fetches

    def is_standing(self, now: datetime) -> bool:
        """Whether the receiver may fetch now."""
        return self.stopped_at is None and now < self.expires_at and not self.is_used_up


class FactFetch(models.Model):
    """The facts were given once. ``attempt_digest``: the same request again is not another one, but refused."""

    sharing = models.ForeignKey(Sharing, models.PROTECT, related_name="fetches")
    attempt_digest = models.CharField(max_length=64, unique=True)
    fetched_at = models.DateTimeField()
    fetched_by = models.CharField(max_length=120)
    label = models.CharField(max_length=150, blank=True)
