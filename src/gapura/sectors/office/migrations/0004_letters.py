import django.db.models.deletion
import gapura.sectors.office.types
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0003_meetings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("sender", models.CharField(max_length=16)),
                ("sender_name", models.CharField(max_length=120)),
                ("writer", models.CharField(max_length=16)),
                ("mandate", models.CharField(blank=True, max_length=60)),
                ("addressee", models.CharField(blank=True, max_length=110)),
                ("agency_code", models.CharField(blank=True, max_length=40)),
                ("unit_code", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("body", models.TextField(blank=True)),
                ("language", models.CharField(max_length=5)),
                ("state", models.CharField(default="draft", max_length=9)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("number", models.CharField(blank=True, max_length=20)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("receipt_code", models.CharField(blank=True, max_length=16)),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_letter",
            },
        ),
        migrations.CreateModel(
            name="LetterFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="office.letter"
                    ),
                ),
            ],
            options={
                "db_table": "office_letter_file",
            },
        ),
        migrations.CreateModel(
            name="LetterStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=9)),
                ("at", models.DateTimeField()),
                ("place", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="office.letter"
                    ),
                ),
            ],
            options={
                "db_table": "office_letter_step",
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("document_code", models.CharField(max_length=16)),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_title", models.JSONField(default=dict)),
                ("number", models.CharField(max_length=80)),
                ("registered_on", models.DateField()),
                ("listed_at", models.DateTimeField()),
                ("title", models.CharField(blank=True, max_length=300)),
                ("disclosure", models.CharField(max_length=6)),
                ("grounds", models.JSONField(default=list)),
                ("closed_until", models.DateField(null=True)),
                ("language", models.CharField(max_length=5)),
                ("words", models.TextField(blank=True)),
                ("pdf", models.BinaryField(null=True)),
                ("pdf_digest", models.CharField(blank=True, max_length=64)),
                ("published_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.TextField(blank=True)),
            ],
            options={
                "db_table": "office_publication",
                "indexes": [
                    models.Index(fields=["-registered_on", "-id"], name="office_publication_by_day"),
                    models.Index(fields=["agency_code", "-registered_on", "-id"], name="office_publication_by_agency"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("disclosure__in", gapura.sectors.office.types.Disclosure)),
                        name="office_publication_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pdf__isnull", False), ("published_at__isnull", False)),
                            models.Q(("pdf__isnull", True), ("published_at__isnull", True), ("words", "")),
                            models.Q(("pdf__isnull", True), ("withdrawn_at__isnull", False), ("words", "")),
                            _connector="OR",
                        ),
                        name="office_publication_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                            models.Q(
                                ("pdf__isnull", True),
                                ("withdrawn_at__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="office_publication_withdrawn",
                    ),
                    models.UniqueConstraint(fields=("document_code",), name="office_publication_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublishedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=40)),
                ("content", models.BinaryField()),
                ("size", models.PositiveIntegerField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="office.publication"
                    ),
                ),
            ],
            options={
                "db_table": "office_published_file",
            },
        ),
        migrations.CreateModel(
            name="Redaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("state", models.CharField(default="draft", max_length=8)),
                ("marks", models.JSONField(default=list)),
                ("files", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("made_by_person", models.CharField(max_length=16)),
                ("made_by_label", models.CharField(max_length=120)),
                ("changed_at", models.DateTimeField()),
                ("decided_by_person", models.CharField(blank=True, max_length=16)),
                ("decided_by_label", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(null=True)),
                ("opinion", models.TextField(blank=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redactions",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_redaction",
            },
        ),
        migrations.CreateModel(
            name="SentLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, unique=True)),
                ("agency_code", models.CharField(max_length=40)),
                ("recipient", models.CharField(max_length=16)),
                ("title", models.CharField(max_length=200)),
                ("number", models.CharField(max_length=80)),
                ("words", models.TextField(blank=True)),
                ("pdf", models.BinaryField()),
                ("pdf_digest", models.CharField(max_length=64)),
                ("paper_code", models.CharField(blank=True, max_length=16)),
                ("sent_by_label", models.CharField(max_length=120)),
                ("sent_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_letters",
                        to="office.officialdocument",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="office.letter",
                    ),
                ),
            ],
            options={
                "db_table": "office_sent_letter",
            },
        ),
        migrations.CreateModel(
            name="DisclosureChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("disclosure", models.CharField(max_length=6)),
                ("ground", models.CharField(blank=True, max_length=40)),
                ("closed_until", models.DateField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("by_label", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosure_changes",
                        to="office.officialdocument",
                    ),
                ),
            ],
            options={
                "db_table": "office_disclosure_change",
                "indexes": [models.Index(fields=["document", "id"], name="office_disclosure_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("disclosure__in", gapura.sectors.office.types.Disclosure)),
                        name="office_disclosure_class",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["sender", "-changed_at"], name="office_letter_by_sender"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["writer", "-sent_at"], name="office_letter_by_writer"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["agency_code", "-sent_at"], name="office_letter_by_agency"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["document"], name="office_letter_by_document"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.LetterState)), name="office_letter_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency_code", ""), ("number", ""), ("sent_at__isnull", True), ("state__in", ("draft",))),
                    models.Q(
                        models.Q(("state__in", ("draft",)), _negated=True),
                        ("sent_at__isnull", False),
                        models.Q(("number", ""), _negated=True),
                        models.Q(("agency_code", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="office_letter_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True), fields=("number",), name="office_letter_number"
            ),
        ),
        migrations.AddIndex(
            model_name="letterfile",
            index=models.Index(fields=["letter", "id"], name="office_letter_file_order"),
        ),
        migrations.AddIndex(
            model_name="letterstep",
            index=models.Index(fields=["letter", "id"], name="office_letter_step_order"),
        ),
        migrations.AddConstraint(
            model_name="letterstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.LetterState)),
                name="office_letter_step_state",
            ),
        ),
        migrations.AddIndex(
            model_name="publishedfile",
            index=models.Index(fields=["publication", "id"], name="office_published_file_order"),
        ),
        migrations.AddIndex(
            model_name="redaction",
            index=models.Index(fields=["agency_code", "state", "-changed_at"], name="office_redaction_by_agency"),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", gapura.sectors.office.types.RedactionState)),
                name="office_redaction_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ("approved", "refused")),
                        models.Q(("decided_by_person", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ("approved", "refused")), _negated=True),
                        ("decided_at__isnull", True),
                        ("decided_by_person", ""),
                    ),
                    _connector="OR",
                ),
                name="office_redaction_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by_person", models.F("made_by_person")), _negated=True),
                name="office_redaction_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="redaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("approved", "refused")), _negated=True),
                fields=("document",),
                name="office_redaction_one_open",
            ),
        ),
        migrations.AddIndex(
            model_name="sentletter",
            index=models.Index(fields=["recipient", "-sent_at"], name="office_sent_by_recipient"),
        ),
        migrations.AddConstraint(
            model_name="sentletter",
            constraint=models.UniqueConstraint(fields=("document", "recipient"), name="office_sent_letter_once"),
        ),
    ]
