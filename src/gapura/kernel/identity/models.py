"""Accounts, the persons they are proven to be, posts, and the record of every attempt to sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gapura.kernel.audit.types import AssuranceLevel


class Account(AbstractBaseUser):
    """A way to sign in; says nothing yet about who the person is.

    ``authority`` counts changes of what the account may be (proof, appointments): sessions remember the
    count and look again only when it moved.
    """

    login = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    authority = models.PositiveIntegerField(default=0)
    last_login = None  # SignInRecord knows more

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"

    objects = BaseUserManager()

    class Meta:
        db_table = "identity_account"
        constraints = (
            models.CheckConstraint(condition=Q(login=Lower("login")), name="account_login_case_folded"),
            models.CheckConstraint(condition=~Q(login=""), name="account_login_given"),
        )


class IdentityProof(models.Model):
    """That an account belongs to a person, how that was shown, and how surely."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="proofs")
    person_number = models.CharField(max_length=16)
    level = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=40)
    proven_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_proof"
        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at__isnull=True), name="proof_once_per_account"
            ),
            models.UniqueConstraint(
                fields=["person_number"], condition=Q(ended_at__isnull=True), name="proof_once_per_person"
            ),
            models.CheckConstraint(condition=~Q(person_number=""), name="proof_names_a_person"),
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in AssuranceLevel]), name="proof_level"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("proven_at")), name="proof_period"
            ),
        )


class Post(models.Model):
    """A post of an office (W3C ORG): roles belong to it, not to the person who holds it."""

    code = models.CharField(max_length=60, primary_key=True)
    agency_code = models.CharField(max_length=30)
    office_code = models.CharField(max_length=13)
    title = models.JSONField()
    roles = models.JSONField()

    class Meta:
        db_table = "identity_post"
        indexes = (models.Index(fields=["agency_code", "office_code"], name="post_by_office"),)


class Appointment(models.Model):
    """Who holds a post from when until when (end exclusive)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        db_table = "identity_appointment"
        constraints = (
            models.UniqueConstraint(fields=["account", "post", "valid_from"], name="appointment_once_per_day"),
            # A day's appointment that is ended the same day stays as an empty period, so history is kept.
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="appointment_period",
            ),
        )


class SignInRecord(models.Model):
    """One attempt to sign in. ``target`` names the account, or hides (keyed digest) what nobody is called."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="sign_ins")
    at = models.DateTimeField()
    target = models.CharField(max_length=40)
    network = models.CharField(max_length=45)
    agent = models.CharField(max_length=60)
    device = models.CharField(max_length=32, blank=True)
    method = models.CharField(max_length=20)
    succeeded = models.BooleanField()

    class Meta:
        db_table = "identity_sign_in"
        indexes = (
            models.Index(fields=["network", "at"], condition=Q(succeeded=False), name="sign_in_by_network"),
            models.Index(fields=["target", "at"], condition=Q(succeeded=False), name="sign_in_by_target"),
            models.Index(fields=["account", "-at"], name="sign_in_by_account"),
        )


class UsedCode(models.Model):
    """A one-time code that was accepted: the constraint makes a second use impossible on any worker."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    code = models.CharField(max_length=12)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "identity_used_code"
        constraints = (models.UniqueConstraint(fields=["account", "code"], name="code_used_once"),)
