"""A bundle that somebody asked for, and its items. What becomes of an item is its case's to say."""

from django.db import models
from django.db.models import Q

from gapura.bundles.types import ItemStatus
from gapura.kernel.catalogue.types import Relation

WITH_CASE = (ItemStatus.STARTED, ItemStatus.GRANTED, ItemStatus.ENDED)


class BundleRequest(models.Model):
    """Told once. ``answers``: item code to field code to what was answered; ``left_out``: items not wanted."""

    number = models.CharField(max_length=20, unique=True)
    bundle_code = models.CharField(max_length=40)
    title = models.JSONField()
    applicant = models.CharField(max_length=16)
    subject = models.CharField(max_length=16)
    relation = models.CharField(max_length=12)
    answers = models.JSONField()
    language = models.CharField(max_length=5)
    idempotency_key = models.CharField(max_length=64)
    submission_digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    next_look_at = models.DateTimeField(null=True)  # while an item still waits
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["applicant", "idempotency_key"], name="bundle_requested_once"),
            models.CheckConstraint(condition=Q(relation__in=[r.value for r in Relation]), name="bundle_relation"),
        )
        indexes = (
            models.Index(fields=["applicant", "-id"], name="bundle_by_applicant"),
            models.Index(fields=["subject"], name="bundle_by_subject"),
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="bundle_to_look_at"),
        )


class RequestedItem(models.Model):
    """One service of the bundle. ``reason`` and ``remedy``: why no case was opened.

    ``person``: whom it is asked for, where the item is repeated for several; empty: whom the bundle says.
    """

    request = models.ForeignKey(BundleRequest, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    service_code = models.CharField(max_length=60)
    service_title = models.JSONField()
    agency_code = models.CharField(max_length=40)
    status = models.CharField(max_length=12, default=ItemStatus.WAITING)
    person = models.CharField(max_length=16, blank=True)
    case_number = models.CharField(max_length=20, blank=True)
    reason = models.JSONField(default=dict)
    remedy = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["request", "code"], name="bundle_item_once"),
            models.UniqueConstraint(
                fields=["case_number"], condition=~Q(case_number=""), name="bundle_item_has_its_own_case"
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in ItemStatus]), name="bundle_item_status"),
            models.CheckConstraint(
                condition=Q(case_number="") & ~Q(status__in=[s.value for s in WITH_CASE])
                | ~Q(case_number="") & Q(status__in=[s.value for s in WITH_CASE]),
                name="bundle_item_started_is_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(status=ItemStatus.NOT_ENTITLED.value) | ~Q(reason={}),
                name="bundle_item_refused_with_reason",
            ),
        )
        indexes = (models.Index(fields=["request", "position"], name="bundle_item_in_order"),)


class BundleDraft(models.Model):
    """What somebody wrote into the form of a bundle and has not sent. ``answers``: by item and field, as written."""

    applicant = models.CharField(max_length=16)
    bundle_code = models.CharField(max_length=40)
    answers = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["applicant", "bundle_code"], name="bundle_draft_once"),)
