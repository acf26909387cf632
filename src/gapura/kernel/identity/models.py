"""Accounts, the persons they are proven to be, posts, and the record of every attempt to sign in."""

import secrets

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from gapura.kernel.audit.types import AssuranceLevel


def new_handle() -> str:
    """What passkeys call an account: random, so that it tells nothing (WebAuthn level 3, §5.4.3)."""
    return secrets.token_hex(16)


class Account(AbstractBaseUser):
    """A way to sign in; says nothing yet about who the person is.

    ``authority`` counts changes of what the account may be (proof, appointments): sessions remember the
    count and look again only when it moved.
    """

    login = models.CharField(max_length=64, unique=True)
    handle = models.CharField(max_length=32, unique=True, default=new_handle)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    authority = models.PositiveIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True)
    stops = models.PositiveIntegerField(default=0)  # a stop link names the count it was made at: it works once
    last_login = None  # SignInRecord knows more

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"

    objects = BaseUserManager()

    class Meta:
        db_table = "identity_account"
        constraints = (
            models.CheckConstraint(condition=Q(login=Lower("login")), name="account_login_case_folded"),
            models.CheckConstraint(condition=~Q(login=""), name="account_login_given"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(is_active=False), name="account_stopped_is_closed"
            ),
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


class Unit(models.Model):
    """A part of an office (W3C ORG OrganizationalUnit). A unit that was merged names its ``successor``."""

    code = models.CharField(max_length=60, primary_key=True)
    agency_code = models.CharField(max_length=30)
    office_code = models.CharField(max_length=13, blank=True)
    title = models.JSONField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)

    class Meta:
        db_table = "identity_unit"
        constraints = (
            models.CheckConstraint(condition=~Q(parent=F("code")), name="unit_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(successor=F("code")), name="unit_not_its_own_successor"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(ended_on__isnull=False), name="unit_merged_is_ended"
            ),
        )
        indexes = (models.Index(fields=["agency_code", "office_code"], name="unit_by_office"),)


class Post(models.Model):
    """A post of an office (W3C ORG): roles belong to it, not to the person who holds it.

    ``rank`` is a code of the country's ranks; ``unit`` the part of the office it works in, where there are parts.
    """

    code = models.CharField(max_length=60, primary_key=True)
    agency_code = models.CharField(max_length=30)
    office_code = models.CharField(max_length=13)
    title = models.JSONField()
    roles = models.JSONField()
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="posts")
    rank = models.CharField(max_length=30, blank=True)

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
    """A one-time code or a passkey's question that was answered: no worker accepts it a second time."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "identity_used_code"
        constraints = (models.UniqueConstraint(fields=["account", "code"], name="code_used_once"),)


class PhoneSignIn(models.Model):
    """A code that a terminal shows, for somebody to confirm on their own phone: then the terminal signs them in, once.

    The secret is in the code and in the session of the terminal that asked; here is only its digest. ``level``: how
    strongly the phone was signed in.
    """

    secret_digest = models.CharField(max_length=64, unique=True)
    digits = models.CharField(max_length=4)
    network = models.CharField(max_length=45)
    agent = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_phone_sign_in"
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, account__isnull=True, level__isnull=True)
                | Q(confirmed_at__isnull=False, account__isnull=False, level__isnull=False),
                name="phone_sign_in_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="phone_sign_in_used_when_confirmed",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="phone_sign_in_term"),
        )
        indexes = (models.Index(fields=["expires_at"], name="phone_sign_in_by_end"),)


class CounterVisit(models.Model):
    """A person came to a counter for an account: one official enters it, another confirms or refuses."""

    person_number = models.CharField(max_length=16)
    purpose = models.CharField(max_length=10)
    document = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)
    agency_code = models.CharField(max_length=30)
    office_code = models.CharField(max_length=13)
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    entered_by_person = models.CharField(max_length=16)
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_by_person = models.CharField(max_length=16, blank=True)
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_counter_visit"
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by_person=F("entered_by_person")), name="counter_visit_by_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(person_number=F("entered_by_person")) & ~Q(person_number=F("decided_by_person")),
                name="counter_visit_of_another_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, confirmed__isnull=True, decided_by_person="")
                | (Q(decided_at__isnull=False, confirmed__isnull=False) & ~Q(decided_by_person="")),
                name="counter_visit_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(confirmed=True), name="counter_visit_used_when_confirmed"
            ),
            models.UniqueConstraint(
                fields=["person_number"], condition=Q(decided_at__isnull=True), name="counter_visit_waits_once"
            ),
        )
        indexes = (models.Index(fields=["agency_code", "office_code", "-entered_at"], name="visit_by_office"),)
