"""Letters on their way: what a unit sent and what became of it, and what came in and who has it."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.models.documents import OfficialDocument
from gapura.sectors.office.models.security import SecurityChange
from gapura.sectors.office.types import AssignmentEnd, CameBy, DispatchMark, DispatchState, IncomingState

_SETTLED = [DispatchState.RETURNED, DispatchState.PASSED_ON, DispatchState.WITHDRAWN]


class Dispatch(models.Model):
    """One document on its way to one receiver. ``code`` arrives once, however often it is carried.

    Sent again it is another dispatch, which ``follows`` the first. ``next_try_at``: when there is something to carry
    next; ``problem``: why the last try failed. ``raised``: to which class its receiver is yet to be told that it rose.
    """

    code = models.CharField(max_length=16, unique=True)
    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="dispatches")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="again")
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    to_agency = models.CharField(max_length=40, blank=True)
    to_unit = models.CharField(max_length=60, blank=True)
    to_person = models.CharField(max_length=16, blank=True)
    to_company = models.CharField(max_length=16, blank=True)
    receiver_label = models.CharField(max_length=200)
    state = models.CharField(max_length=9, default=DispatchState.WAITING.value)
    state_at = models.DateTimeField()
    sent_by_post = models.CharField(max_length=80)
    sent_by_label = models.CharField(max_length=120)
    their_number = models.CharField(max_length=80, blank=True)
    recall_reason = models.CharField(max_length=300, blank=True)
    raised = models.ForeignKey(SecurityChange, models.PROTECT, null=True, related_name="+")
    recall_told_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "office_dispatch"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=DispatchState), name="office_dispatch_state"),
            models.CheckConstraint(
                condition=Q(~Q(to_agency=""), to_person="", to_company="")
                | Q(~Q(to_person=""), to_agency="", to_company="")
                | Q(~Q(to_company=""), to_agency="", to_person=""),
                name="office_dispatch_one_receiver",
            ),
            models.UniqueConstraint(
                fields=["document", "to_agency", "to_unit", "to_person", "to_company"],
                condition=~Q(state__in=_SETTLED),
                name="office_dispatch_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_try_at"], condition=Q(next_try_at__isnull=False), name="office_dispatch_to_carry"
            ),
            models.Index(fields=["agency_code", "unit_code", "-id"], name="office_dispatch_by_unit"),
        )


class DispatchStep(models.Model):
    """What happened to a dispatch, once each: when it was so, and when the sender learned of it."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="steps")
    mark = models.CharField(max_length=14)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    by_label = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "office_dispatch_step"
        constraints = (
            models.CheckConstraint(condition=Q(mark__in=DispatchMark), name="office_dispatch_mark"),
            models.UniqueConstraint(fields=["dispatch", "mark"], name="office_dispatch_mark_once"),
        )


class IncomingLetter(models.Model):
    """A letter that came to an office. ``parcel`` is what was brought, byte for byte, until it is accepted or not.

    Accepted, it is an official document of the unit, and ``answer_due_on`` runs until a reply is sent.
    ``news_due_at``: when the sender's house is to be told what became of it.
    """

    code = models.CharField(max_length=40)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60, blank=True)
    came_by = models.CharField(max_length=6)
    sender_agency = models.CharField(max_length=40, blank=True)
    sender_unit = models.CharField(max_length=60, blank=True)
    sender_person = models.CharField(max_length=16, blank=True)
    sender_company = models.CharField(max_length=16, blank=True)
    sender_label = models.CharField(max_length=200)
    their_number = models.CharField(max_length=80, blank=True)
    their_date = models.DateField(null=True)
    title = models.CharField(max_length=200)
    urgent = models.BooleanField(default=False)
    parcel = models.BinaryField(null=True)
    parcel_digest = models.CharField(max_length=64)
    sealed_by = models.CharField(max_length=40, blank=True)
    seal_signer = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, default=IncomingState.ARRIVED.value)
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    passed_to_label = models.CharField(max_length=200, blank=True)
    document = models.OneToOneField(OfficialDocument, models.PROTECT, null=True, related_name="arrival")
    answer_due_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    recall_asked_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=300, blank=True)
    recall_refused_at = models.DateTimeField(null=True)
    recall_refused_by_label = models.CharField(max_length=120, blank=True)
    recall_answer = models.CharField(max_length=300, blank=True)
    news_due_at = models.DateTimeField(null=True)
    news_tries = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "office_incoming"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=IncomingState), name="office_incoming_state"),
            models.CheckConstraint(condition=Q(came_by__in=CameBy), name="office_incoming_came_by"),
            models.UniqueConstraint(fields=["agency_code", "code"], name="office_incoming_once"),
            models.CheckConstraint(
                condition=Q(state=IncomingState.ARRIVED, decided_at__isnull=True)
                | Q(~Q(state=IncomingState.ARRIVED), decided_at__isnull=False),
                name="office_incoming_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=IncomingState.ACCEPTED) | Q(document__isnull=False), name="office_incoming_filed"
            ),
        )
        indexes = (
            models.Index(fields=["agency_code", "state", "-arrived_at"], name="office_incoming_by_agency"),
            models.Index(fields=["news_due_at"], condition=Q(news_due_at__isnull=False), name="office_incoming_news"),
            models.Index(
                fields=["agency_code", "answer_due_on"],
                condition=Q(answer_due_on__isnull=False, answered_at__isnull=True),
                name="office_incoming_to_answer",
            ),
        )


class Assignment(models.Model):
    """A unit or a post that has to deal with an incoming document, until when, and how that ended."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="assignments")
    agency_code = models.CharField(max_length=40)
    holder = models.CharField(max_length=160)
    holder_label = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    assigned_by_label = models.CharField(max_length=120)
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=9, blank=True)
    end_note = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "office_assignment"
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False, end__in=AssignmentEnd),
                name="office_assignment_end",
            ),
            models.UniqueConstraint(
                fields=["document", "holder"], condition=Q(ended_at__isnull=True), name="office_assignment_once"
            ),
        )
