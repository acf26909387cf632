"""Sites that may ask, what persons agreed to, their sessions there, and sign-ins of outside providers."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.federation.types import SessionEnd, TokenKind

_LEVELS = [level.value for level in AssuranceLevel]


class Client(models.Model):
    """A site registered by its agency. Without a secret it is public: an app that can keep none."""

    client_id = models.CharField(max_length=40, primary_key=True)
    title = models.JSONField()
    agency_code = models.CharField(max_length=40)
    sector = models.CharField(max_length=255)
    redirect_addresses = models.JSONField()
    sign_out_addresses = models.JSONField()
    notice_address = models.CharField(max_length=500, blank=True)
    claims = models.JSONField()
    legal_ground = models.CharField(max_length=200)
    is_public = models.BooleanField(default=False)
    secret_digest = models.CharField(max_length=64, blank=True)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "federation_client"
        constraints = (
            models.CheckConstraint(condition=~Q(sector=""), name="client_has_sector"),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(secret_digest=""), name="client_public_without_secret"
            ),
        )


class Subject(models.Model):
    """The name by which one sector knows one person: drawn at random, so that no two sectors can compare."""

    sector = models.CharField(max_length=255)
    person_number = models.CharField(max_length=16)
    value = models.CharField(max_length=43, unique=True)

    class Meta:
        db_table = "federation_subject"
        constraints = (models.UniqueConstraint(fields=["sector", "person_number"], name="subject_once_per_sector"),)


class Connection(models.Model):
    """That a person lets a site know who they are: ``asked`` is what the site wanted, ``claims`` what it gets."""

    client = models.ForeignKey(Client, models.PROTECT, related_name="connections")
    person_number = models.CharField(max_length=16)
    asked = models.JSONField()
    claims = models.JSONField()
    agreed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "federation_connection"
        constraints = (
            models.UniqueConstraint(
                fields=["client", "person_number"],
                condition=Q(ended_at__isnull=True),
                name="connection_once_per_person",
            ),
            models.CheckConstraint(condition=Q(valid_until__gt=F("agreed_at")), name="connection_period"),
        )


class SiteSession(models.Model):
    """One sign-in at a site: the code it began with and all tokens that followed end together with it."""

    connection = models.ForeignKey(Connection, models.PROTECT, related_name="sessions")
    number = models.CharField(max_length=43, unique=True)
    browser_session = models.BigIntegerField()
    claims = models.JSONField()
    wants_refresh = models.BooleanField()
    redirect_address = models.CharField(max_length=500)
    nonce = models.CharField(max_length=500)
    code_challenge = models.CharField(max_length=43)
    code_digest = models.CharField(max_length=64, unique=True)
    code_used_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField()
    assurance = models.PositiveSmallIntegerField()
    methods = models.JSONField()
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "federation_site_session"
        constraints = (
            models.CheckConstraint(condition=Q(assurance__in=_LEVELS), name="site_session_assurance"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=[reason.value for reason in SessionEnd]),
                name="site_session_end_has_reason",
            ),
        )
        indexes = (
            models.Index(fields=["browser_session"], condition=Q(ended_at__isnull=True), name="site_session_open"),
        )


class Token(models.Model):
    """The digest of an access or refresh token. A refresh token that was used stays, to notice a second use."""

    session = models.ForeignKey(SiteSession, models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "federation_token"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in TokenKind]), name="token_kind"),
        )


class PushedRequest(models.Model):
    """What a site asks, sent ahead of the person (RFC 9126). Opened once."""

    digest = models.CharField(max_length=64, primary_key=True)
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    asked = models.JSONField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "federation_pushed_request"


class OutsideSignIn(models.Model):
    """That an outside provider's user may open an account here: shown once by signing in and by the register.

    ``claims`` are what the provider said then. They prove nothing by themselves.
    """

    account = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    provider = models.CharField(max_length=40)
    subject = models.CharField(max_length=255)
    claims = models.JSONField()
    linked_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "federation_outside_sign_in"
        constraints = (
            models.UniqueConstraint(
                fields=["provider", "subject"], condition=Q(ended_at__isnull=True), name="outside_sign_in_once"
            ),
        )
