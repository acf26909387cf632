"""Officials as their agency names them, posts as SCIM groups, orders, tokens and emergency accesses."""

import uuid

from django.db import models
from django.db.models import F, Q

from gapura.kernel.appointments.types import OPEN, OrderKind, OrderStatus, Scope, Verdict


class Official(models.Model):
    """Somebody an agency says works for it. Gives nothing by itself: a proof and an order do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency_code = models.CharField(max_length=40)
    user_name = models.CharField(max_length=150)
    user_name_key = models.CharField(max_length=150)
    person_number = models.CharField(max_length=64, blank=True)
    display_name = models.CharField(max_length=150, blank=True)
    external_id = models.CharField(max_length=150, blank=True)
    active = models.BooleanField(default=True)
    attributes = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agency_code", "user_name_key"],
                condition=Q(ended_at__isnull=True),
                name="official_user_name_once",
            ),
            models.UniqueConstraint(
                fields=["agency_code", "person_number"],
                condition=Q(ended_at__isnull=True) & ~Q(person_number=""),
                name="official_person_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(active=False), name="official_ended_inactive"
            ),
        )
        indexes = (
            models.Index(fields=["person_number"], condition=~Q(person_number=""), name="official_by_person"),
            models.Index(fields=["agency_code", "created_at", "id"], name="official_by_agency"),
        )


class PostRecord(models.Model):
    """A post as SCIM shows it: a group with an identifier and a version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.OneToOneField("identity.Post", models.PROTECT, related_name="+")
    agency_code = models.CharField(max_length=40)
    display_name = models.CharField(max_length=150)
    external_id = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["agency_code", "created_at", "id"], name="post_record_by_agency"),)


class AppointmentOrder(models.Model):
    """That a person shall hold a post, who proposed it, and what became of it."""

    official = models.ForeignKey(Official, models.PROTECT, related_name="orders")
    post = models.ForeignKey("identity.Post", models.PROTECT, related_name="+")
    number = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10, default=OrderKind.PRINCIPAL.value)
    status = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    subject_person = models.CharField(max_length=64, blank=True)
    account_id = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=80)
    ordered_by_label = models.CharField(max_length=120)
    ordered_by_account = models.BigIntegerField(null=True)
    ordered_by_person = models.CharField(max_length=16, blank=True)
    approval_id = models.BigIntegerField(null=True)
    decided_by_person = models.CharField(max_length=16, blank=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["official", "post"], condition=Q(status__in=[s.value for s in OPEN]), name="order_open_once"
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in OrderStatus]), name="order_status"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in OrderKind]), name="order_kind"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")), name="order_period"
            ),
            models.CheckConstraint(
                condition=~Q(kind=OrderKind.DEPUTY.value) | Q(valid_until__isnull=False), name="order_deputy_has_an_end"
            ),
            # What four eyes decided was neither proposed nor received by the one who decided or proposed it.
            models.CheckConstraint(
                condition=Q(decided_by_person="")
                | (
                    ~Q(decided_by_person=F("subject_person"))
                    & ~Q(decided_by_person=F("ordered_by_person"))
                    & ~Q(ordered_by_person=F("subject_person"))
                ),
                name="order_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrderStatus.IN_FORCE.value)
                | Q(account_id__isnull=False, in_force_at__isnull=False) & ~Q(subject_person=""),
                name="order_in_force_for_a_person",
            ),
        )
        indexes = (models.Index(fields=["post", "status"], name="order_by_post"),)


class Token(models.Model):
    """What an agency's personnel system shows to be let in. Only the digest is kept."""

    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    label = models.CharField(max_length=60)
    scope = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    responsible_account = models.BigIntegerField()
    responsible_person = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    minute = models.DateTimeField(null=True)
    calls_in_minute = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(scope__in=[s.value for s in Scope]), name="token_scope"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_expires"),
            models.CheckConstraint(condition=~Q(responsible_person=""), name="token_has_a_person"),
        )


class EmergencyAccess(models.Model):
    """A power taken for some minutes, with the reason, and the review by another person."""

    account_id = models.BigIntegerField()
    person_number = models.CharField(max_length=16)
    label = models.CharField(max_length=120)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    post_code = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    reason = models.TextField()
    case_number = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    until = models.DateTimeField()
    review_due_on = models.DateField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_label = models.CharField(max_length=120, blank=True)
    reviewed_by_person = models.CharField(max_length=16, null=True)
    verdict = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person_number"], condition=Q(reviewed_at__isnull=True), name="emergency_one_unreviewed"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by_person__isnull=True) | ~Q(reviewed_by_person=F("person_number")),
                name="emergency_reviewed_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by_person__isnull=True, verdict="")
                | Q(
                    reviewed_at__isnull=False,
                    reviewed_by_person__isnull=False,
                    verdict__in=[verdict.value for verdict in Verdict],
                ),
                name="emergency_reviewed_whole",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("taken_at")), name="emergency_period"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(case_number=""), name="emergency_says_why"),
        )
        indexes = (models.Index(fields=["agency_code", "-taken_at"], name="emergency_by_agency"),)
