import django.db.models.expressions
from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ItemEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('provider_number', models.CharField(max_length=16)),
                ('provider_name', models.CharField(max_length=120)),
                ('item_number', models.CharField(max_length=30)),
                ('item_kind', models.CharField(max_length=20)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('amount', models.PositiveBigIntegerField()),
                ('tax_withheld', models.PositiveBigIntegerField()),
                ('reported_on', models.DateField()),
            ],
            options={
                'db_table': 'withholding_item',
                'abstract': False,
                'indexes': [models.Index(fields=['number', 'tax_year'], name='reported_item_by_person'), models.Index(fields=['provider_number', 'tax_year'], name='reported_item_by_provider')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='itementry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='itementry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('provider_number', ''), _negated=True), models.Q(('provider_name', ''), _negated=True), models.Q(('item_number', ''), _negated=True), models.Q(('item_kind', ''), _negated=True)), name='reported_item_numbers_given'), models.CheckConstraint(condition=models.Q(('tax_year__gte', 1984), ('tax_year__lte', 2200)), name='reported_item_year_plausible'), models.CheckConstraint(condition=models.Q(('amount__gte', models.F('tax_withheld'))), name='reported_item_withheld_within_amount')],
            },
        ),
        migrations.CreateModel(
            name='SlipEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('employer_number', models.CharField(max_length=16)),
                ('employer_name', models.CharField(max_length=120)),
                ('slip_number', models.CharField(max_length=30)),
                ('slip_kind', models.CharField(max_length=12)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('month_from', models.PositiveSmallIntegerField()),
                ('month_until', models.PositiveSmallIntegerField()),
                ('gross', models.PositiveBigIntegerField()),
                ('pension_contributions', models.PositiveBigIntegerField()),
                ('zakat', models.PositiveBigIntegerField()),
                ('other_deductions', models.PositiveBigIntegerField()),
                ('tax_withheld', models.PositiveBigIntegerField()),
                ('tax_status', models.CharField(max_length=8)),
                ('final', models.BooleanField()),
                ('reported_on', models.DateField()),
            ],
            options={
                'db_table': 'withholding_slip',
                'abstract': False,
                'indexes': [models.Index(fields=['number', 'tax_year'], name='slip_by_person'), models.Index(fields=['employer_number', 'tax_year'], name='slip_by_employer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='slipentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='slipentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('employer_number', ''), _negated=True), models.Q(('employer_name', ''), _negated=True), models.Q(('slip_number', ''), _negated=True), models.Q(('slip_kind', ''), _negated=True)), name='slip_numbers_given'), models.CheckConstraint(condition=models.Q(('tax_year__gte', 1984), ('tax_year__lte', 2200)), name='slip_year_plausible'), models.CheckConstraint(condition=models.Q(('month_from__gte', 1), ('month_until__gte', models.F('month_from')), ('month_until__lte', 12)), name='slip_months_in_order'), models.CheckConstraint(condition=models.Q(('gross__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('pension_contributions'), '+', models.F('zakat')), '+', models.F('other_deductions')))), name='slip_deductions_within_gross'), models.CheckConstraint(condition=models.Q(('gross__gte', models.F('tax_withheld'))), name='slip_withheld_within_gross')],
            },
        ),
        ForbidOverlap("SlipEntry", ("number", "employer_number", "slip_number")),
        ForbidOverlap("ItemEntry", ("number", "provider_number", "item_number")),
    ]
