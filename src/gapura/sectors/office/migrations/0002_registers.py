import django.db.models.deletion
import gapura.sectors.office.types
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_code", models.CharField(max_length=60)),
                ("to_agency", models.CharField(blank=True, max_length=40)),
                ("to_unit", models.CharField(blank=True, max_length=60)),
                ("to_person", models.CharField(blank=True, max_length=16)),
                ("to_company", models.CharField(blank=True, max_length=16)),
                ("receiver_label", models.CharField(max_length=200)),
                ("state", models.CharField(default="waiting", max_length=9)),
                ("state_at", models.DateTimeField()),
                ("sent_by_post", models.CharField(max_length=80)),
                ("sent_by_label", models.CharField(max_length=120)),
                ("their_number", models.CharField(blank=True, max_length=80)),
                ("recall_reason", models.CharField(blank=True, max_length=300)),
                ("recall_told_at", models.DateTimeField(null=True)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="office.officialdocument",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="again",
                        to="office.dispatch",
                    ),
                ),
            ],
            options={
                "db_table": "office_dispatch",
            },
        ),
        migrations.CreateModel(
            name="DispatchStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=14)),
                ("at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("by_label", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="office.dispatch"
                    ),
                ),
            ],
            options={
                "db_table": "office_dispatch_step",
            },
        ),
        migrations.CreateModel(
            name="IncomingLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                ("agency_code", models.CharField(max_length=40)),
                ("office_code", models.CharField(blank=True, max_length=13)),
                ("unit_code", models.CharField(blank=True, max_length=60)),
                ("came_by", models.CharField(max_length=6)),
                ("sender_agency", models.CharField(blank=True, max_length=40)),
                ("sender_unit", models.CharField(blank=True, max_length=60)),
                ("sender_person", models.CharField(blank=True, max_length=16)),
                ("sender_company", models.CharField(blank=True, max_length=16)),
                ("sender_label", models.CharField(max_length=200)),
                ("their_number", models.CharField(blank=True, max_length=80)),
                ("their_date", models.DateField(null=True)),
                ("title", models.CharField(max_length=200)),
                ("urgent", models.BooleanField(default=False)),
                ("parcel", models.BinaryField(null=True)),
                ("parcel_digest", models.CharField(max_length=64)),
                ("sealed_by", models.CharField(blank=True, max_length=40)),
                ("seal_signer", models.CharField(blank=True, max_length=200)),
                ("state", models.CharField(default="arrived", max_length=9)),
                ("arrived_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by_label", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("passed_to_label", models.CharField(blank=True, max_length=200)),
                ("answer_due_on", models.DateField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("recall_asked_at", models.DateTimeField(null=True)),
                ("recall_reason", models.CharField(blank=True, max_length=300)),
                ("recall_refused_at", models.DateTimeField(null=True)),
                ("recall_refused_by_label", models.CharField(blank=True, max_length=120)),
                ("recall_answer", models.CharField(blank=True, max_length=300)),
                ("news_due_at", models.DateTimeField(null=True)),
                ("news_tries", models.PositiveIntegerField(default=0)),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrival",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_incoming",
            },
        ),
        migrations.CreateModel(
            name="ReadingGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_code", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=80)),
                ("holders", models.JSONField()),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "db_table": "office_reading_group",
                "constraints": [
                    models.UniqueConstraint(fields=("unit_code", "title"), name="office_reading_group_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitRegister",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_code", models.CharField(max_length=60)),
                ("direction", models.CharField(max_length=8)),
                ("year", models.PositiveSmallIntegerField(default=0)),
                ("last_serial", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "office_register",
                "constraints": [
                    models.UniqueConstraint(fields=("unit_code", "direction"), name="office_register_once"),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", gapura.sectors.office.types.Direction)),
                        name="office_register_direction",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("holder", models.CharField(max_length=160)),
                ("holder_label", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("due_on", models.DateField(null=True)),
                ("assigned_by_label", models.CharField(max_length=120)),
                ("assigned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("end", models.CharField(blank=True, max_length=9)),
                ("end_note", models.CharField(blank=True, max_length=300)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_assignment",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end", ""), ("ended_at__isnull", True)),
                            models.Q(
                                ("end__in", gapura.sectors.office.types.AssignmentEnd), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="office_assignment_end",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("document", "holder"),
                        name="office_assignment_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Circulation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("holders", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("due_on", models.DateField(null=True)),
                ("started_by_post", models.CharField(max_length=80)),
                ("started_by_label", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circulations",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_circulation",
                "indexes": [models.Index(fields=["due_on"], name="office_circulation_due")],
            },
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("next_try_at__isnull", False)),
                fields=["next_try_at"],
                name="office_dispatch_to_carry",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["agency_code", "unit_code", "-id"], name="office_dispatch_by_unit"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.DispatchState)),
                name="office_dispatch_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(models.Q(("to_agency", ""), _negated=True), ("to_company", ""), ("to_person", "")),
                    models.Q(models.Q(("to_person", ""), _negated=True), ("to_agency", ""), ("to_company", "")),
                    models.Q(models.Q(("to_company", ""), _negated=True), ("to_agency", ""), ("to_person", "")),
                    _connector="OR",
                ),
                name="office_dispatch_one_receiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            gapura.sectors.office.types.DispatchState["RETURNED"],
                            gapura.sectors.office.types.DispatchState["PASSED_ON"],
                            gapura.sectors.office.types.DispatchState["WITHDRAWN"],
                        ],
                    ),
                    _negated=True,
                ),
                fields=("document", "to_agency", "to_unit", "to_person", "to_company"),
                name="office_dispatch_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatchstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("mark__in", gapura.sectors.office.types.DispatchMark)), name="office_dispatch_mark"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatchstep",
            constraint=models.UniqueConstraint(fields=("dispatch", "mark"), name="office_dispatch_mark_once"),
        ),
        migrations.AddIndex(
            model_name="incomingletter",
            index=models.Index(fields=["agency_code", "state", "-arrived_at"], name="office_incoming_by_agency"),
        ),
        migrations.AddIndex(
            model_name="incomingletter",
            index=models.Index(
                condition=models.Q(("news_due_at__isnull", False)), fields=["news_due_at"], name="office_incoming_news"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingletter",
            index=models.Index(
                condition=models.Q(("answer_due_on__isnull", False), ("answered_at__isnull", True)),
                fields=["agency_code", "answer_due_on"],
                name="office_incoming_to_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.IncomingState)),
                name="office_incoming_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(("came_by__in", gapura.sectors.office.types.CameBy)), name="office_incoming_came_by"
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.UniqueConstraint(fields=("agency_code", "code"), name="office_incoming_once"),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("state", gapura.sectors.office.types.IncomingState["ARRIVED"])
                    ),
                    models.Q(
                        models.Q(("state", gapura.sectors.office.types.IncomingState["ARRIVED"]), _negated=True),
                        ("decided_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="office_incoming_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="incomingletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", gapura.sectors.office.types.IncomingState["ACCEPTED"]), _negated=True),
                    ("document__isnull", False),
                    _connector="OR",
                ),
                name="office_incoming_filed",
            ),
        ),
    ]
