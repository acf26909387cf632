"""Taxpayers' accounts. The ledger only grows: the database refuses to change a posting; PostgreSQL also to remove one."""

import django.db.models.deletion
from django.db import migrations, models


_POSTGRESQL = (
    "CREATE FUNCTION tax_posting_stays() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'constraint failed: tax_posting_only_added'; END $$",
    "CREATE TRIGGER tax_posting_only_added BEFORE UPDATE OR DELETE ON tax_posting "
    "FOR EACH ROW EXECUTE FUNCTION tax_posting_stays()",
)
_SQLITE = (
    "CREATE TRIGGER tax_posting_only_added BEFORE UPDATE ON tax_posting "
    "BEGIN SELECT RAISE(ABORT, 'constraint failed: tax_posting_only_added'); END",
)


def add(apps, editor):
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE:
        editor.execute(statement)


def remove(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    editor.execute("DROP TRIGGER tax_posting_only_added" + (" ON tax_posting" if on_postgresql else ""))
    if on_postgresql:
        editor.execute("DROP FUNCTION tax_posting_stays")


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0002_business_taxpayer'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaxAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('taxpayer', models.CharField(max_length=16, unique=True)),
                ('responsible', models.CharField(max_length=16)),
                ('agency_code', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('risk_score', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'db_table': 'tax_account',
                'indexes': [models.Index(fields=['responsible'], name='tax_account_by_responsible'), models.Index(condition=models.Q(('risk_score__gt', 0)), fields=['-risk_score'], name='tax_account_by_risk')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('taxpayer', ''), _negated=True), models.Q(('responsible', ''), _negated=True)), name='tax_account_of_somebody')],
            },
        ),
        migrations.CreateModel(
            name='TaxPosting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('kind', models.CharField(max_length=10)),
                ('tax', models.CharField(max_length=11)),
                ('period', models.CharField(max_length=7)),
                ('debit', models.CharField(max_length=11)),
                ('credit', models.CharField(max_length=11)),
                ('amount', models.BigIntegerField()),
                ('source', models.CharField(max_length=120)),
                ('due_on', models.DateField(null=True)),
                ('reverses', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxposting')),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_posting',
                'indexes': [models.Index(fields=['account', 'tax', 'period'], name='tax_posting_by_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['assessment', 'credit', 'settlement', 'payment', 'refund', 'netting', 'write-off'])), name='tax_posting_kind'), models.CheckConstraint(condition=models.Q(('tax__in', ['income', 'value_added', 'withholding'])), name='tax_posting_tax'), models.CheckConstraint(condition=models.Q(models.Q(('credit__in', ['levied']), ('debit__in', ['tax', 'interest', 'penalty']), ('kind', 'assessment'), ('reverses__isnull', True)), models.Q(('credit__in', ['tax', 'interest', 'penalty']), ('debit__in', ['levied']), ('kind', 'assessment'), ('reverses__isnull', False)), models.Q(('credit__in', ['credit']), ('debit__in', ['withheld']), ('kind', 'credit'), ('reverses__isnull', True)), models.Q(('credit__in', ['withheld']), ('debit__in', ['credit']), ('kind', 'credit'), ('reverses__isnull', False)), models.Q(('credit__in', ['credit', 'tax', 'interest', 'penalty']), ('debit__in', ['credit', 'tax', 'interest', 'penalty']), ('kind', 'settlement'), ('reverses__isnull', True)), models.Q(('credit__in', ['credit', 'tax', 'interest', 'penalty']), ('debit__in', ['credit', 'tax', 'interest', 'penalty']), ('kind', 'settlement'), ('reverses__isnull', False)), models.Q(('credit__in', ['credit', 'tax', 'interest', 'penalty']), ('debit__in', ['money']), ('kind', 'payment'), ('reverses__isnull', True)), models.Q(('credit__in', ['money']), ('debit__in', ['credit', 'tax', 'interest', 'penalty']), ('kind', 'payment'), ('reverses__isnull', False)), models.Q(('credit__in', ['money']), ('debit__in', ['credit']), ('kind', 'refund'), ('reverses__isnull', True)), models.Q(('credit__in', ['credit']), ('debit__in', ['money']), ('kind', 'refund'), ('reverses__isnull', False)), models.Q(('credit__in', ['netted', 'tax', 'interest', 'penalty']), ('debit__in', ['credit', 'netted']), ('kind', 'netting'), ('reverses__isnull', True)), models.Q(('credit__in', ['credit', 'netted']), ('debit__in', ['netted', 'tax', 'interest', 'penalty']), ('kind', 'netting'), ('reverses__isnull', False)), models.Q(('credit__in', ['tax', 'interest', 'penalty']), ('debit__in', ['written-off']), ('kind', 'write-off'), ('reverses__isnull', True)), models.Q(('credit__in', ['written-off']), ('debit__in', ['tax', 'interest', 'penalty']), ('kind', 'write-off'), ('reverses__isnull', False)), _connector='OR'), name='tax_posting_lawful'), models.CheckConstraint(condition=models.Q(('debit', models.F('credit')), _negated=True), name='tax_posting_between_two'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_posting_amount'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'assessment'), ('reverses__isnull', True), _negated=True), ('due_on__isnull', False), _connector='OR'), name='tax_assessment_is_due'), models.UniqueConstraint(fields=('source', 'tax', 'period', 'debit', 'credit'), name='tax_posting_once'), models.UniqueConstraint(fields=('reverses',), name='tax_posting_reversed_once')],
            },
        ),
        migrations.CreateModel(
            name='TaxBill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('amount', models.BigIntegerField()),
                ('status', models.CharField(default='open', max_length=5)),
                ('issued_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_bill',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['open', 'paid', 'ended'])), name='tax_bill_status'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_bill_amount'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('account',), name='tax_bill_one_open')],
            },
        ),
        migrations.CreateModel(
            name='RefundRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('tax', models.CharField(max_length=11)),
                ('period', models.CharField(max_length=7)),
                ('amount', models.BigIntegerField()),
                ('institution', models.CharField(max_length=80)),
                ('bank_account', models.CharField(max_length=20)),
                ('status', models.CharField(default='asked', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('decide_by', models.DateField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'db_table': 'tax_refund_request',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'granted', 'denied'])), name='tax_refund_status'), models.CheckConstraint(condition=models.Q(models.Q(('institution', ''), _negated=True), models.Q(('bank_account', ''), _negated=True)), name='tax_refund_goes_somewhere'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_refund_amount'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status', 'asked')), models.Q(models.Q(('status', 'asked'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='tax_refund_decided_is_dated'), models.UniqueConstraint(condition=models.Q(('status', 'asked')), fields=('account', 'tax', 'period'), name='tax_refund_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='InstallmentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(max_length=300)),
                ('status', models.CharField(default='asked', max_length=7)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'db_table': 'tax_installment_plan',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['asked', 'running', 'kept', 'broken', 'denied'])), name='tax_plan_status'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='tax_plan_has_reason'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_plan_amount'), models.UniqueConstraint(condition=models.Q(('status__in', ['asked', 'running'])), fields=('account',), name='tax_plan_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Installment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.installmentplan')),
                ('due_on', models.DateField()),
                ('amount', models.BigIntegerField()),
            ],
            options={
                'db_table': 'tax_installment',
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='tax_installment_amount'), models.UniqueConstraint(fields=('plan', 'due_on'), name='tax_installment_once')],
            },
        ),
        migrations.CreateModel(
            name='CollectionStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('tax', models.CharField(max_length=11)),
                ('period', models.CharField(max_length=7)),
                ('due_on', models.DateField()),
                ('code', models.CharField(max_length=30)),
                ('taken_on', models.DateField()),
                ('taken_by', models.CharField(max_length=120)),
            ],
            options={
                'db_table': 'tax_collection_step',
                'constraints': [models.UniqueConstraint(fields=('account', 'tax', 'period', 'due_on', 'code'), name='tax_collection_step_once')],
            },
        ),
        migrations.CreateModel(
            name='TaxAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.taxaccount')),
                ('tax', models.CharField(max_length=11)),
                ('period', models.CharField(max_length=7)),
                ('status', models.CharField(default='proposed', max_length=8)),
                ('score', models.PositiveSmallIntegerField()),
                ('reasons', models.JSONField()),
                ('why', models.CharField(max_length=300)),
                ('proposed_by', models.CharField(max_length=16)),
                ('proposed_at', models.DateTimeField()),
                ('decided_by', models.CharField(blank=True, max_length=16)),
                ('closed_at', models.DateTimeField(null=True)),
                ('findings', models.TextField(blank=True)),
                ('assessed', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'tax_audit',
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'open', 'closed', 'denied'])), name='tax_audit_status'), models.CheckConstraint(condition=models.Q(models.Q(('why', ''), _negated=True), models.Q(('proposed_by', ''), _negated=True)), name='tax_audit_has_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), _negated=True), name='tax_audit_by_two_people'), models.CheckConstraint(condition=models.Q(('status__in', ['proposed', 'denied']), models.Q(('decided_by', ''), _negated=True), _connector='OR'), name='tax_audit_open_is_decided'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), models.Q(('closed_at__isnull', False), models.Q(('findings', ''), _negated=True)), _connector='OR'), name='tax_audit_closed_with_findings'), models.UniqueConstraint(condition=models.Q(('status__in', ['proposed', 'open'])), fields=('account', 'tax', 'period'), name='tax_audit_one_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='TaxLookUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('taxpayer', models.CharField(blank=True, max_length=16)),
                ('responsible', models.CharField(blank=True, max_length=16)),
                ('official', models.CharField(max_length=80)),
                ('agency_code', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
                ('opened_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_look_up',
                'indexes': [models.Index(fields=['official', 'opened_at'], name='tax_look_up_by_official')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='tax_look_up_has_reason')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
