from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='BirthAttendedEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('mother_number', models.CharField(max_length=16)),
                ('child_number', models.CharField(blank=True, max_length=16)),
                ('notice_number', models.CharField(max_length=30)),
                ('facility_code', models.CharField(max_length=12)),
                ('facility_name', models.CharField(max_length=100)),
                ('sex', models.CharField(max_length=6)),
                ('child_order', models.PositiveSmallIntegerField()),
                ('born_at', models.CharField(max_length=5)),
                ('weight_grams', models.PositiveIntegerField()),
            ],
            options={
                'db_table': 'health_birth_attended',
                'abstract': False,
                'indexes': [models.Index(fields=['mother_number'], name='birth_attended_by_mother'), models.Index(fields=['child_number'], name='birth_attended_by_child')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='birthattendedentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='birthattendedentry_known_period'), models.CheckConstraint(condition=models.Q(('sex__in', ['male', 'female'])), name='birth_attended_sex_known'), models.CheckConstraint(condition=models.Q(('child_order__gte', 1)), name='birth_attended_order_counted'), models.CheckConstraint(condition=models.Q(('weight_grams__range', (200, 9000))), name='birth_attended_weight_possible'), models.CheckConstraint(condition=models.Q(('born_at__contains', ':')), name='birth_attended_time_of_day'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('notice_number',), name='birth_attended_notice_once'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('mother_number', 'valid_from', 'child_order'), name='birth_attended_told_once')],
            },
        ),
        migrations.CreateModel(
            name='ImmunizationEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('vaccine', models.CharField(max_length=20)),
                ('dose', models.PositiveSmallIntegerField()),
                ('facility_code', models.CharField(max_length=12)),
                ('facility_name', models.CharField(max_length=100)),
            ],
            options={
                'db_table': 'health_immunization',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='immunization_by_person'), models.Index(fields=['facility_code'], name='immunization_by_facility')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='immunizationentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='immunizationentry_known_period'), models.CheckConstraint(condition=models.Q(('vaccine', ''), _negated=True), name='immunization_vaccine_given'), models.CheckConstraint(condition=models.Q(('dose__range', (1, 10))), name='immunization_dose_counted')],
            },
        ),
        migrations.CreateModel(
            name='InsuranceEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('card_number', models.CharField(max_length=13)),
                ('insurance_class', models.PositiveSmallIntegerField()),
                ('insurance_segment', models.CharField(max_length=20)),
                ('insurance_payer', models.CharField(max_length=20)),
                ('insurance_end', models.CharField(blank=True, max_length=16)),
            ],
            options={
                'db_table': 'health_insurance',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='insurance_by_person'), models.Index(fields=['card_number'], name='insurance_by_card')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='insuranceentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='insuranceentry_known_period'), models.CheckConstraint(condition=models.Q(('insurance_class__range', (1, 3))), name='insurance_class_known'), models.CheckConstraint(condition=models.Q(models.Q(('insurance_segment', ''), _negated=True), models.Q(('insurance_payer', ''), _negated=True)), name='insurance_paid_by_somebody'), models.CheckConstraint(condition=models.Q(('insurance_end', ''), models.Q(('insurance_end__in', ['changed', 'employment_ended', 'came_of_age', 'emigrated', 'died']), ('valid_until__isnull', False)), _connector='OR'), name='insurance_reason_when_ended')],
            },
        ),
        ForbidOverlap("InsuranceEntry", ("number",)),
        ForbidOverlap("ImmunizationEntry", ("number", "vaccine", "dose")),
        ForbidOverlap("BirthAttendedEntry", ("mother_number", "notice_number")),
    ]
