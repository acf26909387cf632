from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='EnrollmentEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('nisn', models.CharField(max_length=10)),
                ('npsn', models.CharField(max_length=8)),
                ('expected_on', models.DateField()),
                ('school_exit', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'db_table': 'education_enrollment',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='enrollment_by_student'), models.Index(fields=['npsn'], name='enrollment_by_school')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='enrollmententry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='enrollmententry_known_period'), models.CheckConstraint(condition=models.Q(('expected_on__gt', models.F('valid_from'))), name='enrollment_ends_after_start'), models.CheckConstraint(condition=models.Q(('school_exit', ''), models.Q(('school_exit__in', ['graduated', 'transferred', 'left']), ('valid_until__isnull', False)), _connector='OR'), name='enrollment_exit_when_ended')],
            },
        ),
        migrations.CreateModel(
            name='GraduationEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('nisn', models.CharField(max_length=10)),
                ('npsn', models.CharField(max_length=8)),
                ('school_name', models.CharField(max_length=100)),
                ('school_level', models.CharField(max_length=16)),
                ('diploma_number', models.CharField(max_length=30)),
            ],
            options={
                'db_table': 'education_graduation',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='graduation_by_student'), models.Index(fields=['npsn'], name='graduation_by_school')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='graduationentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='graduationentry_known_period'), models.CheckConstraint(condition=models.Q(('school_level__in', ['primary', 'lower_secondary', 'upper_secondary', 'vocational'])), name='graduation_level_known'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('diploma_number',), name='graduation_diploma_once')],
            },
        ),
        migrations.CreateModel(
            name='ResultEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('npsn', models.CharField(max_length=8)),
                ('school_year', models.CharField(max_length=9)),
                ('school_class', models.PositiveSmallIntegerField()),
                ('school_subject', models.CharField(max_length=30)),
                ('mark', models.PositiveSmallIntegerField()),
            ],
            options={
                'db_table': 'education_result',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='result_by_student'), models.Index(fields=['npsn', 'school_year'], name='result_by_school')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='resultentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='resultentry_known_period'), models.CheckConstraint(condition=models.Q(('mark__lte', 100)), name='result_mark_to_hundred'), models.CheckConstraint(condition=models.Q(('school_class__range', (1, 13))), name='result_class_known'), models.CheckConstraint(condition=models.Q(models.Q(('school_subject', ''), _negated=True), models.Q(('school_year', ''), _negated=True)), name='result_of_something')],
            },
        ),
        migrations.CreateModel(
            name='SchoolEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('npsn', models.CharField(max_length=8)),
                ('school_name', models.CharField(max_length=100)),
                ('school_level', models.CharField(max_length=16)),
                ('school_place', models.CharField(max_length=60)),
                ('closed_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'education_school',
                'abstract': False,
                'indexes': [models.Index(fields=['npsn'], name='school_by_number')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='schoolentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='schoolentry_known_period'), models.CheckConstraint(condition=models.Q(('npsn', ''), _negated=True), name='school_number_given'), models.CheckConstraint(condition=models.Q(('school_level__in', ['primary', 'lower_secondary', 'upper_secondary', 'vocational'])), name='school_level_known')],
            },
        ),
        ForbidOverlap("SchoolEntry", ("npsn",)),
        ForbidOverlap("EnrollmentEntry", ("number",)),
        ForbidOverlap("ResultEntry", ("number", "school_year", "school_subject")),
        ForbidOverlap("GraduationEntry", ("number", "school_level")),
    ]
