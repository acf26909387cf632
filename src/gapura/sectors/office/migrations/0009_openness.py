from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0008_information"),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_code", models.CharField(max_length=40)),
                ("unit_code", models.CharField(max_length=60)),
                ("measured_on", models.DateField()),
                ("sample", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "office_finding_sample",
                "indexes": [models.Index(fields=["agency_code", "measured_on"], name="finding_sample_by_agency")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("found__lte", models.F("sample"))), name="finding_sample_share"
                    ),
                    models.UniqueConstraint(fields=("unit_code", "measured_on"), name="finding_sample_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="destruction",
            name="unit_code",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="destruction",
            name="paper",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        ),
    ]
