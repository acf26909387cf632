"""Tax returns. What was filed only grows: the database refuses to change a version."""

import django.db.models.deletion
import gapura.sectors.tax.types
from django.db import migrations, models


_POSTGRESQL = (
    "CREATE FUNCTION tax_return_version_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'constraint failed: tax_return_version_only_added'; END $$",
    "CREATE TRIGGER tax_return_version_only_added BEFORE UPDATE ON tax_return_version "
    "FOR EACH ROW EXECUTE FUNCTION tax_return_version_stays()",
)
_SQLITE = (
    "CREATE TRIGGER tax_return_version_only_added BEFORE UPDATE ON tax_return_version "
    "BEGIN SELECT RAISE(ABORT, 'constraint failed: tax_return_version_only_added'); END",
)


def add(apps, editor):
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE:
        editor.execute(statement)


def remove(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    editor.execute("DROP TRIGGER tax_return_version_only_added" + (" ON tax_return_version" if on_postgresql else ""))
    if on_postgresql:
        editor.execute("DROP FUNCTION tax_return_version_stays")


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0003_accounts'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('taxpayer', models.CharField(max_length=16)),
                ('period', models.CharField(max_length=7)),
                ('agency_code', models.CharField(max_length=40)),
                ('status', models.CharField(default=gapura.sectors.tax.types.ReturnStatus['DRAFT'], max_length=8)),
                ('draft', models.JSONField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('versions', models.PositiveSmallIntegerField(default=0)),
                ('news', models.JSONField(null=True)),
                ('opened_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_return',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'filed', 'assessed'])), name='tax_return_status'), models.CheckConstraint(condition=models.Q(models.Q(('taxpayer', ''), _negated=True), models.Q(('kind', ''), _negated=True), models.Q(('period', ''), _negated=True)), name='tax_return_of_somebody'), models.UniqueConstraint(fields=('taxpayer', 'kind', 'period'), name='tax_return_once'), models.CheckConstraint(condition=models.Q(models.Q(('draft__isnull', False), ('status', 'draft'), ('versions', 0)), models.Q(models.Q(('status', 'draft'), _negated=True), ('versions__gt', 0)), _connector='OR'), name='tax_return_filed_has_versions'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'assessed'), _negated=True), ('draft__isnull', True), _connector='OR'), name='tax_return_assessed_is_closed')],
            },
        ),
        migrations.CreateModel(
            name='ReturnVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('revision', models.PositiveIntegerField()),
                ('items', models.JSONField()),
                ('law_digest', models.CharField(max_length=64)),
                ('figures', models.JSONField()),
                ('explanation', models.JSONField()),
                ('balance', models.BigIntegerField()),
                ('difference', models.BigIntegerField()),
                ('penalty', models.BigIntegerField(default=0)),
                ('due_on', models.DateField()),
                ('filed_at', models.DateTimeField()),
                ('filed_by', models.CharField(max_length=16)),
                ('mandate', models.CharField(blank=True, max_length=40)),
                ('document_code', models.CharField(max_length=16, unique=True)),
                ('tax_return', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxreturn')),
            ],
            options={
                'db_table': 'tax_return_version',
                'constraints': [models.UniqueConstraint(fields=('tax_return', 'number'), name='tax_return_version_once'), models.UniqueConstraint(fields=('tax_return', 'revision'), name='tax_return_filed_once'), models.CheckConstraint(condition=models.Q(('number__gt', 0), ('penalty__gte', 0)), name='tax_return_version_amounts'), models.CheckConstraint(condition=models.Q(models.Q(('number', 1), _negated=True), ('difference', models.F('balance')), _connector='OR'), name='tax_return_first_differs_from_nothing')],
            },
        ),
        migrations.CreateModel(
            name='ClaimedDependant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=7)),
                ('person_number', models.CharField(max_length=16)),
                ('tax_return', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxreturn')),
            ],
            options={
                'db_table': 'tax_claimed_dependant',
                'constraints': [models.CheckConstraint(condition=models.Q(('person_number', ''), _negated=True), name='tax_claimed_somebody'), models.UniqueConstraint(fields=('period', 'person_number'), name='tax_dependant_once')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
