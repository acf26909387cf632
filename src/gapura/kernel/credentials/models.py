"""Offers to a wallet, the credentials that came of them, and what was asked to be shown."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from gapura.kernel.credentials.types import EndReason, OfferState, ShowingState


class Offer(models.Model):
    """A code that one wallet may exchange for one credential, with digits that stand on another screen.

    ``expires_at`` is the code's end and, once redeemed, the token's. Secrets are stored as digests only.
    """

    number = models.CharField(max_length=16, unique=True)
    form_digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    holder = models.CharField(max_length=16)
    state = models.CharField(max_length=8, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    secret_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "credentials_offer"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[s.value for s in OfferState]), name="offer_state"),
            models.CheckConstraint(
                condition=Q(state__in=["redeemed", "issued"], token_digest__isnull=False)
                | Q(state__in=["open", "closed"], token_digest__isnull=True),
                name="offer_token_when_redeemed",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("offered_at")), name="offer_term"),
        )
        indexes = (models.Index(fields=["expires_at"], name="offer_by_end"),)

    def __str__(self) -> str:
        return self.number


class Credential(models.Model):
    """A credential in a wallet. The facts stay there: here is only a keyed digest, to notice when they change.

    ``nonce_digest`` is of the proof that bound its key: the same proof makes no second credential.
    """

    number = models.CharField(max_length=16, unique=True)
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    holder = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    key_thumbprint = models.CharField(max_length=64)
    nonce_digest = models.CharField(max_length=64, unique=True)
    facts_digest = models.CharField(max_length=64)
    status_list = models.PositiveIntegerField()
    status_index = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=8, blank=True)
    end_told_at = models.DateTimeField(null=True)  # when the holder was told that it will soon expire

    class Meta:
        db_table = "credentials_credential"
        constraints = (
            models.UniqueConstraint(fields=["kind", "status_list", "status_index"], name="credential_status_place"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("issued_at")), name="credential_term"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=[reason.value for reason in EndReason]),
                name="credential_end_has_its_reason",
            ),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], name="credential_by_holder"),
            models.Index(
                fields=["valid_until"],
                condition=Q(ended_at__isnull=True, end_told_at__isnull=True),
                name="credential_ending",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def is_standing(self, now: datetime) -> bool:
        """Whether it was neither revoked nor has its term run out."""
        return self.ended_at is None and now < self.valid_until


class Showing(models.Model):
    """An agency's official asked to be shown chosen claims; ``number`` is the secret of the code on their screen.

    ``shown`` holds the claims for as long as the official's page may show them, then nothing.
    """

    number = models.CharField(max_length=30, unique=True)
    terms = models.CharField(max_length=40)
    agency_code = models.CharField(max_length=40)
    asked_by = models.CharField(max_length=120)
    label = models.CharField(max_length=150, blank=True)
    nonce = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default=ShowingState.ASKED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    credential = models.ForeignKey(Credential, models.PROTECT, null=True, related_name="+")
    holder = models.CharField(max_length=16, blank=True)
    shown_at = models.DateTimeField(null=True)
    shown = models.JSONField(default=dict)

    class Meta:
        db_table = "credentials_showing"
        constraints = (
            models.CheckConstraint(
                condition=Q(state="asked", shown_at__isnull=True, credential__isnull=True)
                | Q(state="shown", shown_at__isnull=False, credential__isnull=False) & ~Q(holder=""),
                name="showing_shown_by_somebody",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="showing_term"),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], condition=~Q(holder=""), name="showing_by_holder"),
            models.Index(fields=["expires_at"], name="showing_by_end"),
        )

    def __str__(self) -> str:
        return self.number
