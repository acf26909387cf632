"""Who asked for which seat, and the rows that hold it. No double booking is a constraint: no code path can break it."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.smart_work.models.centers import Center, Seat
from gapura.sectors.smart_work.types import BookingStatus, Half

_DECIDED_YES = ("confirmed", "arrived", "finished", "no-show")


class Booking(models.Model):
    """One person's seat or room for one or two halves of a day, from the request to what they said of it.

    ``decided_by_person`` is empty where the country asks for no decision (``is_pre_approved``).
    """

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=12, unique=True)
    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60, blank=True)
    post_code = models.CharField(max_length=80)
    post_label = models.CharField(max_length=120)
    person_number = models.CharField(max_length=16)
    center = models.ForeignKey(Center, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    day = models.DateField()
    halves = models.CharField(max_length=5)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    purpose = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    is_pre_approved = models.BooleanField(default=False)
    approver_post = models.CharField(max_length=80, blank=True)
    approver_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_by_person = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=300, blank=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    home_region = models.CharField(max_length=13, blank=True)
    office_region = models.CharField(max_length=13, blank=True)
    estimated_minutes = models.SmallIntegerField(null=True)
    own_minutes = models.SmallIntegerField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    comment = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "smart_work_booking"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in BookingStatus]), name="seat_booking_status"
            ),
            models.CheckConstraint(condition=Q(halves__in=["am", "pm", "am pm"]), name="seat_booking_halves"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="seat_booking_term"),
            models.CheckConstraint(condition=~Q(decided_by_person=F("person_number")), name="seat_booking_two_persons"),
            models.CheckConstraint(
                condition=~Q(status__in=_DECIDED_YES) | Q(is_pre_approved=True) | ~Q(decided_by_person=""),
                name="seat_booking_agreed",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")), name="seat_booking_visit"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="seat_booking_rating"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, status__in=["requested", "confirmed", "arrived"])
                | (Q(ended_at__isnull=False) & ~Q(status__in=["requested", "confirmed", "arrived"])),
                name="seat_booking_ended",
            ),
        )
        indexes = (
            models.Index(fields=["person_number", "day"], name="seat_booking_by_person"),
            models.Index(fields=["center", "day"], name="seat_booking_by_center"),
            models.Index(
                fields=["starts_at"],
                condition=Q(status__in=["requested", "confirmed", "arrived"]),
                name="seat_booking_open",
            ),
            models.Index(fields=["unit_code", "day"], name="seat_booking_by_unit"),
        )

    @property
    def half_days(self) -> tuple[Half, ...]:
        return tuple(Half(half) for half in self.halves.split())

    @property
    def minutes(self) -> int | None:
        """Saved by the person's own word, else as reckoned; None where neither is known."""
        return self.estimated_minutes if self.own_minutes is None else self.own_minutes


class Hold(models.Model):
    """One seat on one half day is somebody's. Whoever else inserts the same meets the constraint.

    ``sitter``: a keyed digest of person and day, empty (NULL) for rooms, which are held beside a seat.
    """

    id = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="holds")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    center = models.ForeignKey(Center, models.PROTECT, related_name="+")
    day = models.DateField()
    half = models.CharField(max_length=2)
    sitter = models.CharField(max_length=64, null=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        db_table = "smart_work_hold"
        constraints = (
            # The day first: a search where all near seats are taken reads what is held on one day.
            models.UniqueConstraint(fields=["day", "half", "seat"], name="seat_held_once"),
            models.UniqueConstraint(fields=["sitter", "day", "half"], name="seat_one_a_person"),
            models.CheckConstraint(condition=Q(half__in=["am", "pm"]), name="seat_hold_half"),
        )
        indexes = (models.Index(fields=["center", "day", "half"], name="seat_hold_by_center"),)


class Guest(models.Model):
    """Somebody who comes along and is no official; agreed to with the booking."""

    id = models.BigAutoField(primary_key=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="guests")
    name = models.CharField(max_length=120)
    organization = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "smart_work_guest"


class UnmetSearch(models.Model):
    """Somebody looked for a seat near ``region_code`` and found none. ``asker``: a keyed digest of person and day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    region_code = models.CharField(max_length=13)
    kind = models.CharField(max_length=12)
    asker = models.CharField(max_length=64)

    class Meta:
        db_table = "smart_work_unmet_search"
        constraints = (models.UniqueConstraint(fields=["day", "region_code", "kind", "asker"], name="seat_unmet_once"),)
