import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gapura.kernel.identity.models import new_handle


def give_handles(apps, schema_editor):
    """Accounts that exist get what passkeys will call them."""
    accounts = apps.get_model("identity", "Account").objects.filter(handle="")
    for account in accounts.iterator():
        account.handle = new_handle()
        account.save(update_fields=["handle"])


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_number", models.CharField(max_length=16)),
                ("purpose", models.CharField(max_length=10)),
                ("document", models.CharField(max_length=30)),
                ("reason", models.CharField(max_length=300)),
                ("agency_code", models.CharField(max_length=30)),
                ("office_code", models.CharField(max_length=13)),
                ("entered_by_person", models.CharField(max_length=16)),
                ("entered_at", models.DateTimeField()),
                ("decided_by_person", models.CharField(blank=True, max_length=16)),
                ("decided_at", models.DateTimeField(null=True)),
                ("confirmed", models.BooleanField(null=True)),
                ("code_digest", models.CharField(blank=True, max_length=64)),
                ("code_until", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "identity_counter_visit",
            },
        ),
        migrations.AddField("account", "handle", models.CharField(max_length=32, default="")),
        migrations.RunPython(give_handles, migrations.RunPython.noop),
        migrations.AlterField("account", "handle", models.CharField(max_length=32, unique=True, default=new_handle)),
        migrations.AddField(
            model_name="account",
            name="stopped_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="account",
            name="stops",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="usedcode",
            name="code",
            field=models.CharField(max_length=64),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("stopped_at__isnull", True), ("is_active", False), _connector="OR"),
                name="account_stopped_is_closed",
            ),
        ),
        migrations.AddField(
            model_name="countervisit",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="countervisit",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="countervisit",
            index=models.Index(fields=["agency_code", "office_code", "-entered_at"], name="visit_by_office"),
        ),
        migrations.AddConstraint(
            model_name="countervisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by_person", models.F("entered_by_person")), _negated=True),
                name="counter_visit_by_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="countervisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person_number", models.F("entered_by_person")), _negated=True),
                    models.Q(("person_number", models.F("decided_by_person")), _negated=True),
                ),
                name="counter_visit_of_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="countervisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed__isnull", True), ("decided_at__isnull", True), ("decided_by_person", "")),
                    models.Q(
                        ("confirmed__isnull", False),
                        ("decided_at__isnull", False),
                        models.Q(("decided_by_person", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="counter_visit_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="countervisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at__isnull", True), ("confirmed", True), _connector="OR"),
                name="counter_visit_used_when_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="countervisit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)),
                fields=("person_number",),
                name="counter_visit_waits_once",
            ),
        ),
    ]
