"""Rooms, who booked them, and the quarter hours that are taken: a quarter hour of a room is had once."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.models.meetings import Meeting
from gapura.sectors.office.types import BookingState


class Room(models.Model):
    """``equipment``: codes of the country's list. After ``closed_on`` nobody can book it."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    title = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField()
    equipment = models.JSONField(default=list)
    zone = models.CharField(max_length=50)
    closed_on = models.DateField(null=True)
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "office_room"
        constraints = (models.UniqueConstraint(fields=["agency_code", "office_code", "title"], name="room_title_once"),)


class RoomBooking(models.Model):
    """A stretch of whole quarter hours. ``series`` joins what was booked in one act."""

    code = models.CharField(max_length=16, unique=True)
    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="bookings")
    series = models.CharField(max_length=16)
    purpose = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=BookingState.BOOKED.value)
    post_code = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    booked_by_person = models.CharField(max_length=16)
    booked_at = models.DateTimeField()
    came_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_room_booking"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BookingState), name="room_booking_state"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="room_booking_period"),
        )
        indexes = (
            models.Index(fields=["room", "starts_at"], name="room_booking_by_time"),
            models.Index(
                fields=["starts_at"], condition=Q(state=BookingState.BOOKED.value), name="room_booking_to_come"
            ),
        )


class RoomSlot(models.Model):
    """A quarter hour that a booking has. Both databases refuse the second one."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, models.PROTECT, related_name="slots")
    booking = models.ForeignKey(RoomBooking, models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()

    class Meta:
        db_table = "office_room_slot"
        constraints = (models.UniqueConstraint(fields=["room", "starts_at"], name="room_slot_once"),)
