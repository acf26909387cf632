import django.db.models.deletion
from django.db import migrations, models

import gapura.sectors.office.types


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0002_registers"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("holder", models.CharField(max_length=160)),
                ("made_by_label", models.CharField(max_length=120)),
                ("made_by_person", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
                ("zone", models.CharField(max_length=50)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("all_day", models.BooleanField(default=False)),
                ("privacy", models.CharField(default="open", max_length=8)),
                ("is_free", models.BooleanField(default=False)),
                ("rule", models.CharField(blank=True, max_length=200)),
                ("repeats_until", models.DateTimeField(null=True)),
                ("uid", models.CharField(max_length=255)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "office_calendar_entry",
                "indexes": [
                    models.Index(
                        condition=models.Q(("rule", "")), fields=["holder", "starts_at"], name="calendar_entry_by_time"
                    ),
                    models.Index(
                        condition=models.Q(("rule", ""), _negated=True),
                        fields=["holder"],
                        name="calendar_entry_repeating",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="calendar_entry_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("privacy__in", gapura.sectors.office.types.Privacy)),
                        name="calendar_entry_privacy",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("holder", "uid"),
                        name="calendar_entry_uid_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("post_code", models.CharField(max_length=80)),
                ("person_number", models.CharField(max_length=16)),
                ("scope", models.CharField(max_length=10)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "office_calendar_feed",
                "indexes": [models.Index(fields=["post_code", "person_number"], name="calendar_feed_by_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", gapura.sectors.office.types.CalendarScope)),
                        name="calendar_feed_scope",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_code", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=30)),
                ("day", models.DateField()),
                ("zone", models.CharField(max_length=50)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("post_code", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=120)),
                ("planned_by_label", models.CharField(max_length=120)),
                ("planned_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("note_by_label", models.CharField(blank=True, max_length=120)),
                ("note_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "office_duty_shift",
                "indexes": [
                    models.Index(fields=["agency_code", "starts_at"], name="duty_shift_by_time"),
                    models.Index(fields=["post_code", "starts_at"], name="duty_shift_by_post"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("unit_code", "kind", "day"), name="duty_shift_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="duty_shift_period"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("office_code", models.CharField(blank=True, max_length=13)),
                ("unit_code", models.CharField(max_length=60)),
                ("task_code", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("purpose", models.TextField(blank=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("zone", models.CharField(max_length=50)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("confidential", models.BooleanField(default=False)),
                ("status", models.CharField(default="asked", max_length=10)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("organizer_post", models.CharField(max_length=80)),
                ("organizer_label", models.CharField(max_length=120)),
                ("organizer_person", models.CharField(max_length=16)),
                ("approver_post", models.CharField(max_length=80)),
                ("approved_by_label", models.CharField(blank=True, max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "minutes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_meeting",
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("post_code", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=120)),
                ("text", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, max_length=300)),
                ("instruction", models.CharField(blank=True, max_length=16)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="office.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "office_follow_up",
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("brought_by_label", models.CharField(max_length=120)),
                ("state", models.CharField(default="taken", max_length=10)),
                ("outcome", models.TextField(blank=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agenda", to="office.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "office_agenda_item",
            },
        ),
        migrations.CreateModel(
            name="MeetingGuest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("post_code", models.CharField(blank=True, max_length=80)),
                ("label", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=254)),
                ("role", models.CharField(default="required", max_length=10)),
                ("reply", models.CharField(default="needs-action", max_length=12)),
                ("reply_sequence", models.PositiveIntegerField(default=0)),
                ("replied_at", models.DateTimeField(null=True)),
                ("came", models.BooleanField(null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="guests", to="office.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "office_meeting_guest",
            },
        ),
        migrations.CreateModel(
            name="MeetingPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_by_label", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.officialdocument"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="office.meeting"
                    ),
                ),
            ],
            options={
                "db_table": "office_meeting_paper",
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("office_code", models.CharField(blank=True, max_length=13)),
                ("title", models.CharField(max_length=120)),
                ("seats", models.PositiveSmallIntegerField()),
                ("equipment", models.JSONField(default=list)),
                ("zone", models.CharField(max_length=50)),
                ("closed_on", models.DateField(null=True)),
                ("closed_why", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "db_table": "office_room",
                "constraints": [
                    models.UniqueConstraint(fields=("agency_code", "office_code", "title"), name="room_title_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("series", models.CharField(max_length=16)),
                ("purpose", models.CharField(max_length=200)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("state", models.CharField(default="booked", max_length=10)),
                ("post_code", models.CharField(max_length=80)),
                ("label", models.CharField(max_length=120)),
                ("booked_by_person", models.CharField(max_length=16)),
                ("booked_at", models.DateTimeField()),
                ("came_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="office.meeting",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="office.room"
                    ),
                ),
            ],
            options={
                "db_table": "office_room_booking",
            },
        ),
        migrations.CreateModel(
            name="RoomSlot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="office.roombooking"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="office.room"
                    ),
                ),
            ],
            options={
                "db_table": "office_room_slot",
            },
        ),
        migrations.CreateModel(
            name="CalendarException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("original_at", models.DateTimeField()),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="office.calendarentry",
                    ),
                ),
            ],
            options={
                "db_table": "office_calendar_exception",
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "original_at"), name="calendar_exception_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends_at__isnull", True), ("starts_at__isnull", True)),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="calendar_exception_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutySwap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("state", models.CharField(default="asked", max_length=10)),
                ("asked_by_post", models.CharField(max_length=80)),
                ("asked_of_post", models.CharField(max_length=80)),
                ("leader_post", models.CharField(max_length=80)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_label", models.CharField(blank=True, max_length=120)),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="office.dutyshift"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="swaps", to="office.dutyshift"
                    ),
                ),
            ],
            options={
                "db_table": "office_duty_swap",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", gapura.sectors.office.types.SwapState)), name="duty_swap_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked_by_post", models.F("asked_of_post")), _negated=True),
                        name="duty_swap_of_two",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("shift",), name="duty_swap_open_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("other",), name="duty_swap_other_once"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["agency_code", "starts_at"], name="meeting_by_time"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["organizer_post", "starts_at"], name="meeting_by_organizer"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", gapura.sectors.office.types.MeetingStatus)), name="meeting_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="meeting_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("minutes__isnull", False), ("status", gapura.sectors.office.types.MeetingStatus["MINUTED"])
                    ),
                    models.Q(
                        models.Q(("status", gapura.sectors.office.types.MeetingStatus["MINUTED"]), _negated=True),
                        ("minutes__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="meeting_minuted_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(fields=("meeting", "post_code", "text"), name="follow_up_once"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.AgendaState)), name="agenda_item_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("meeting", "place"), name="agenda_item_place_once"),
        ),
        migrations.AddIndex(
            model_name="meetingguest",
            index=models.Index(fields=["post_code", "meeting"], name="meeting_guest_by_post"),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", gapura.sectors.office.types.GuestRole)), name="meeting_guest_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply__in", gapura.sectors.office.types.Reply)), name="meeting_guest_reply"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", ""), ("post_code", ""), _negated=True), name="meeting_guest_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("post_code", ""), _negated=True),
                fields=("meeting", "post_code"),
                name="meeting_guest_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingguest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("post_code", "")), fields=("meeting", "address"), name="meeting_outside_guest_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingpaper",
            constraint=models.UniqueConstraint(fields=("meeting", "document"), name="meeting_paper_once"),
        ),
        migrations.AddIndex(
            model_name="roombooking",
            index=models.Index(fields=["room", "starts_at"], name="room_booking_by_time"),
        ),
        migrations.AddIndex(
            model_name="roombooking",
            index=models.Index(
                condition=models.Q(("state", "booked")), fields=["starts_at"], name="room_booking_to_come"
            ),
        ),
        migrations.AddConstraint(
            model_name="roombooking",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.BookingState)), name="room_booking_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="roombooking",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="room_booking_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="roomslot",
            constraint=models.UniqueConstraint(fields=("room", "starts_at"), name="room_slot_once"),
        ),
    ]
