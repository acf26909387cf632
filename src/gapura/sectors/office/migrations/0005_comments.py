import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0004_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("anchor", models.CharField(blank=True, max_length=16)),
                ("quote", models.CharField(blank=True, max_length=200)),
                ("body", models.CharField(max_length=2000)),
                ("made_by_post", models.CharField(max_length=80)),
                ("made_by_label", models.CharField(max_length=120)),
                ("made_by_person", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by_label", models.CharField(blank=True, max_length=120)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="office.officialdocument",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="office.documentcomment",
                    ),
                ),
            ],
            options={
                "db_table": "office_document_comment",
                "indexes": [models.Index(fields=["document", "id"], name="office_comment_by_document")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by_label", "")),
                            models.Q(
                                ("resolved_at__isnull", False), models.Q(("resolved_by_label", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="office_comment_resolved_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent__isnull", True), ("resolved_at__isnull", True), _connector="OR"),
                        name="office_comment_thread_resolved",
                    ),
                ],
            },
        ),
    ]
