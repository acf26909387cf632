"""A meeting, its agenda, who is invited, its papers, and what was agreed to be done."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.models.documents import OfficialDocument
from gapura.sectors.office.types import AgendaState, GuestRole, MeetingStatus, Reply


class MeetingSeries(models.Model):
    """Meetings asked for at once. ``rule`` is an RRULE that ends; ``starts_at`` its first beginning, UTC.

    ``room_code`` is the room that each was to have: one without a booking did not get it. Bookings carry ``code`` too.
    ``sequence`` counts, as in iCalendar, how often the whole of it was sent anew because it was moved.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    zone = models.CharField(max_length=50)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    rule = models.CharField(max_length=200)
    room_code = models.CharField(max_length=16, blank=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "office_meeting_series"
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_series_period"),
            models.CheckConstraint(condition=~Q(rule=""), name="meeting_series_repeats"),
        )


class Meeting(models.Model):
    """``sequence`` counts what was sent to the invited, as in iCalendar; ``code`` is also its UID's beginning.

    ``confidential``: what leaves the house by mail or in a feed says "Meeting" and no more.
    ``original_at``: when the rule of its ``series`` puts it, which names it there for ever. ``series_sequence``: the
    sequence at which it was last sent with all of the series; another one now means that it was changed by itself.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60)
    task_code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=50)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    confidential = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default=MeetingStatus.ASKED.value)
    sequence = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    organizer_post = models.CharField(max_length=80)
    organizer_label = models.CharField(max_length=120)
    organizer_person = models.CharField(max_length=16)
    approver_post = models.CharField(max_length=80)
    approved_by_label = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    minutes = models.ForeignKey(OfficialDocument, models.PROTECT, null=True, related_name="+")
    series = models.ForeignKey(MeetingSeries, models.PROTECT, null=True, related_name="meetings")
    original_at = models.DateTimeField(null=True)
    series_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "office_meeting"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=MeetingStatus), name="meeting_status"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_period"),
            models.CheckConstraint(
                condition=Q(status=MeetingStatus.MINUTED, minutes__isnull=False)
                | Q(~Q(status=MeetingStatus.MINUTED), minutes__isnull=True),
                name="meeting_minuted_whole",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, original_at__isnull=True)
                | Q(series__isnull=False, original_at__isnull=False),
                name="meeting_of_series_whole",
            ),
            models.UniqueConstraint(fields=["series", "original_at"], name="meeting_of_series_once"),
        )
        indexes = (
            models.Index(fields=["agency_code", "starts_at"], name="meeting_by_time"),
            models.Index(fields=["organizer_post", "starts_at"], name="meeting_by_organizer"),
        )


class MeetingGuest(models.Model):
    """Somebody invited: a post, or a person outside by their e-mail ``address`` (then ``post_code`` is empty).

    ``reply_sequence`` and ``replied_at`` say what the reply answered and when it was given: an older one is ignored.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="guests")
    agency_code = models.CharField(max_length=40)
    post_code = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=120)
    address = models.CharField(max_length=254, blank=True)
    role = models.CharField(max_length=10, default=GuestRole.REQUIRED.value)
    reply = models.CharField(max_length=12, default=Reply.NONE.value)
    reply_sequence = models.PositiveIntegerField(default=0)
    replied_at = models.DateTimeField(null=True)
    came = models.BooleanField(null=True)

    class Meta:
        db_table = "office_meeting_guest"
        constraints = (
            models.CheckConstraint(condition=Q(role__in=GuestRole), name="meeting_guest_role"),
            models.CheckConstraint(condition=Q(reply__in=Reply), name="meeting_guest_reply"),
            models.CheckConstraint(condition=~Q(post_code="", address=""), name="meeting_guest_somebody"),
            models.UniqueConstraint(
                fields=["meeting", "post_code"], condition=~Q(post_code=""), name="meeting_guest_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "address"], condition=Q(post_code=""), name="meeting_outside_guest_once"
            ),
        )
        indexes = (models.Index(fields=["post_code", "meeting"], name="meeting_guest_by_post"),)


class AgendaItem(models.Model):
    """A matter to be talked about, who brings it, and what was decided."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    brought_by_label = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=AgendaState.TAKEN.value)
    outcome = models.TextField(blank=True)

    class Meta:
        db_table = "office_agenda_item"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=AgendaState), name="agenda_item_state"),
            models.UniqueConstraint(fields=["meeting", "place"], name="agenda_item_place_once"),
        )


class MeetingPaper(models.Model):
    """A document that the invited may read for the meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="papers")
    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="+")
    added_by_label = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "office_meeting_paper"
        constraints = (models.UniqueConstraint(fields=["meeting", "document"], name="meeting_paper_once"),)


class FollowUp(models.Model):
    """What somebody is to do after the meeting; an ``instruction`` (its code) where it was given from above."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="follow_ups")
    agency_code = models.CharField(max_length=40)
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    text = models.CharField(max_length=300)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True)
    instruction = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "office_follow_up"
        constraints = (models.UniqueConstraint(fields=["meeting", "post_code", "text"], name="follow_up_once"),)
