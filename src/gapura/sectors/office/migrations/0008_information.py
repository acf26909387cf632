import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0007_work"),
    ]

    operations = [
        migrations.CreateModel(
            name="InformationAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_number", models.CharField(max_length=30)),
                ("agency_code", models.CharField(max_length=40)),
                ("chosen_by_label", models.CharField(max_length=120)),
                ("chosen_at", models.DateTimeField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="office.publication"
                    ),
                ),
            ],
            options={
                "db_table": "office_information_answer",
                "constraints": [
                    models.UniqueConstraint(fields=("case_number", "publication"), name="office_information_once")
                ],
            },
        ),
    ]
