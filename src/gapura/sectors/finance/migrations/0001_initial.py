from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AccountEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('account_number', models.CharField(max_length=20)),
                ('number', models.CharField(max_length=16)),
                ('institution', models.CharField(max_length=80)),
                ('account_kind', models.CharField(max_length=10)),
                ('balance', models.PositiveBigIntegerField()),
                ('opened_on', models.DateField()),
            ],
            options={
                'db_table': 'finance_account',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='account_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='accountentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='accountentry_known_period'), models.CheckConstraint(condition=models.Q(('account_kind__in', ['savings', 'current', 'term'])), name='account_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('account_number', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('institution', ''), _negated=True)), name='account_numbers_given')],
            },
        ),
        migrations.CreateModel(
            name='EmployerEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('business_number', models.CharField(max_length=13)),
                ('responsible_number', models.CharField(max_length=16)),
                ('employer_number', models.CharField(max_length=20)),
            ],
            options={
                'db_table': 'finance_employer',
                'abstract': False,
                'indexes': [models.Index(fields=['responsible_number'], name='employer_by_responsible')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='employerentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='employerentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('business_number', ''), _negated=True), models.Q(('responsible_number', ''), _negated=True), models.Q(('employer_number', ''), _negated=True)), name='employer_numbers_given')],
            },
        ),
        migrations.CreateModel(
            name='LoanEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('loan_number', models.CharField(max_length=20)),
                ('number', models.CharField(max_length=16)),
                ('institution', models.CharField(max_length=80)),
                ('loan_kind', models.CharField(max_length=20)),
                ('outstanding', models.PositiveBigIntegerField()),
                ('borrowed_on', models.DateField()),
            ],
            options={
                'db_table': 'finance_loan',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='loan_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='loanentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='loanentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('loan_number', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('institution', ''), _negated=True), models.Q(('loan_kind', ''), _negated=True)), name='loan_numbers_given'), models.CheckConstraint(condition=models.Q(('outstanding__gt', 0)), name='loan_of_something')],
            },
        ),
        migrations.CreateModel(
            name='PensionEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('fund', models.CharField(max_length=20)),
                ('member_number', models.CharField(max_length=20)),
                ('saved', models.PositiveBigIntegerField()),
                ('joined_on', models.DateField()),
            ],
            options={
                'db_table': 'finance_pension',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='pension_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='pensionentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='pensionentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('fund', ''), _negated=True), models.Q(('member_number', ''), _negated=True)), name='pension_numbers_given')],
            },
        ),
        ForbidOverlap("AccountEntry", ("account_number",)),
        ForbidOverlap("LoanEntry", ("loan_number",)),
        ForbidOverlap("PensionEntry", ("number", "fund")),
        ForbidOverlap("EmployerEntry", ("business_number",)),
    ]
