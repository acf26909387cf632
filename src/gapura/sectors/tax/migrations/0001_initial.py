from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ArrearsEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('assessment_number', models.CharField(max_length=30)),
                ('number', models.CharField(max_length=16)),
                ('national_tax', models.CharField(max_length=11)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('arrears_amount', models.PositiveBigIntegerField()),
            ],
            options={
                'db_table': 'tax_arrears',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='arrears_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='arrearsentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='arrearsentry_known_period'), models.CheckConstraint(condition=models.Q(('national_tax__in', ['income', 'value_added', 'withholding'])), name='arrears_tax_known'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('assessment_number', ''), _negated=True)), name='arrears_numbers_given'), models.CheckConstraint(condition=models.Q(('tax_year__gte', 1900), ('tax_year__lte', 2199)), name='arrears_year_plausible'), models.CheckConstraint(condition=models.Q(('arrears_amount__gt', 0)), name='arrears_of_something'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('assessment_number',), name='arrears_once')],
            },
        ),
        migrations.CreateModel(
            name='IncomeEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('gross_income', models.PositiveBigIntegerField()),
                ('taxable_income', models.PositiveBigIntegerField()),
                ('income_tax', models.PositiveBigIntegerField()),
            ],
            options={
                'db_table': 'tax_income',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='income_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='incomeentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='incomeentry_known_period'), models.CheckConstraint(condition=models.Q(('tax_year__gte', 1900), ('tax_year__lte', 2199)), name='income_year_plausible'), models.CheckConstraint(condition=models.Q(('income_tax__lte', models.F('taxable_income')), ('taxable_income__lte', models.F('gross_income'))), name='income_amounts_in_order')],
            },
        ),
        migrations.CreateModel(
            name='LocalAssessmentEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('assessment_number', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('local_tax', models.CharField(max_length=13)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('object_number', models.CharField(max_length=30)),
                ('levied_by', models.CharField(max_length=80)),
                ('tax_amount', models.PositiveBigIntegerField()),
                ('due_on', models.DateField()),
                ('paid_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'tax_local_assessment',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='local_assessment_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='localassessmententry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='localassessmententry_known_period'), models.CheckConstraint(condition=models.Q(('local_tax__in', ['land_building', 'vehicle'])), name='local_assessment_tax_known'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('assessment_number', ''), _negated=True), models.Q(('object_number', ''), _negated=True)), name='local_assessment_numbers_given'), models.CheckConstraint(condition=models.Q(('tax_year__gte', 1900), ('tax_year__lte', 2199)), name='local_assessment_year_plausible'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('valid_from'))), name='local_assessment_due_after_issue'), models.CheckConstraint(condition=models.Q(('paid_on__isnull', True), ('paid_on__gte', models.F('valid_from')), _connector='OR'), name='local_assessment_paid_after_issue'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('assessment_number',), name='local_assessment_once')],
            },
        ),
        migrations.CreateModel(
            name='TaxpayerEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('tax_number', models.CharField(max_length=16)),
                ('taxpayer_status', models.CharField(max_length=7)),
                ('tax_office', models.CharField(max_length=80)),
                ('registered_on', models.DateField()),
            ],
            options={
                'db_table': 'tax_taxpayer',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='taxpayer_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='taxpayerentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='taxpayerentry_known_period'), models.CheckConstraint(condition=models.Q(('taxpayer_status__in', ['active', 'dormant', 'closed'])), name='taxpayer_status_known'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('tax_number', ''), _negated=True)), name='taxpayer_numbers_given'), models.CheckConstraint(condition=models.Q(('valid_from__gte', models.F('registered_on'))), name='taxpayer_not_before_registration')],
            },
        ),
        ForbidOverlap("TaxpayerEntry", ("number",)),
        ForbidOverlap("IncomeEntry", ("number", "tax_year")),
        ForbidOverlap("ArrearsEntry", ("number", "assessment_number")),
        ForbidOverlap("LocalAssessmentEntry", ("number", "assessment_number")),
    ]
