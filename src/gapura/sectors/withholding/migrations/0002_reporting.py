import django.db.models.deletion
import gapura.sectors.withholding.types
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('withholding', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=16)),
                ('person_name', models.CharField(max_length=120)),
                ('viewer', models.CharField(max_length=16)),
                ('viewer_name', models.CharField(max_length=120)),
                ('given_at', models.DateTimeField()),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'withholding_consent',
                'indexes': [models.Index(fields=['viewer'], name='report_consent_by_viewer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('person', 'viewer'), name='report_consent_once'), models.CheckConstraint(condition=models.Q(('person', models.F('viewer')), _negated=True), name='report_consent_to_another'), models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('valid_from'))), name='report_consent_term')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('send_key', models.CharField(max_length=64, unique=True)),
                ('person', models.CharField(max_length=16)),
                ('person_name', models.CharField(max_length=120)),
                ('employer_number', models.CharField(max_length=16)),
                ('employer_name', models.CharField(max_length=120)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('state', models.CharField(default=gapura.sectors.withholding.types.ReleaseState['OPEN'], max_length=10)),
                ('released_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('taken_back_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'withholding_release',
                'indexes': [models.Index(fields=['person', '-id'], name='release_by_person'), models.Index(fields=['employer_number', '-id'], name='release_by_employer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'used', 'taken-back'])), name='release_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), ('taken_back_at__isnull', True), ('used_at__isnull', True)), models.Q(('state', 'used'), ('taken_back_at__isnull', True), ('used_at__isnull', False)), models.Q(('state', 'taken-back'), ('taken_back_at__isnull', False), ('used_at__isnull', True)), _connector='OR'), name='release_state_has_its_moment')],
            },
        ),
        migrations.CreateModel(
            name='ReleasedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=120)),
                ('title', models.JSONField()),
                ('reported_by', models.CharField(max_length=120)),
                ('reference', models.CharField(max_length=30)),
                ('amount', models.PositiveBigIntegerField()),
                ('tax_withheld', models.PositiveBigIntegerField()),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='withholding.release')),
            ],
            options={
                'db_table': 'withholding_released_item',
            },
        ),
        migrations.CreateModel(
            name='ReporterToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reporter_number', models.CharField(max_length=16)),
                ('reporter_name', models.CharField(max_length=120)),
                ('label', models.CharField(max_length=60)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('account_id', models.BigIntegerField()),
                ('person_number', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'withholding_token',
                'indexes': [models.Index(fields=['reporter_number'], name='reporter_token_by_reporter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='reporter_token_expires'), models.CheckConstraint(condition=models.Q(models.Q(('person_number', ''), _negated=True), models.Q(('reporter_number', ''), _negated=True)), name='reporter_token_is_somebodys')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reporter_number', models.CharField(max_length=16)),
                ('form', models.CharField(max_length=5)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'withholding_statement',
                'constraints': [models.UniqueConstraint(fields=('reporter_number', 'form', 'tax_year'), name='statement_once'), models.CheckConstraint(condition=models.Q(('form__in', ['slips', 'items'])), name='statement_form')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True)),
                ('reporter_number', models.CharField(max_length=16)),
                ('reporter_name', models.CharField(max_length=120)),
                ('scope', models.CharField(max_length=5)),
                ('acceptance', models.CharField(max_length=4)),
                ('digest', models.CharField(max_length=64)),
                ('content', models.BinaryField(null=True)),
                ('state', models.CharField(default=gapura.sectors.withholding.types.DeliveryState['WAITING'], max_length=8)),
                ('sent_by', models.CharField(max_length=16)),
                ('sent_by_system', models.BooleanField()),
                ('sent_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(null=True)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('rows_checked', models.PositiveIntegerField(default=0)),
                ('rows_new', models.PositiveIntegerField(default=0)),
                ('rows_changed', models.PositiveIntegerField(default=0)),
                ('rows_unchanged', models.PositiveIntegerField(default=0)),
                ('rows_wrong', models.PositiveIntegerField(default=0)),
                ('rows_taken_back', models.PositiveIntegerField(default=0)),
                ('unknown_numbers', models.PositiveIntegerField(default=0)),
                ('file_fault', models.CharField(blank=True, max_length=16)),
                ('file_detail', models.CharField(blank=True, max_length=60)),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='withholding.statement')),
            ],
            options={
                'db_table': 'withholding_delivery',
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=16)),
                ('dependant', models.CharField(max_length=16)),
                ('dependant_name', models.CharField(max_length=120)),
                ('tax_year', models.PositiveSmallIntegerField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='withholding.release')),
            ],
            options={
                'db_table': 'withholding_claim',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('dependant', 'tax_year'), name='claim_of_a_year_once'), models.CheckConstraint(condition=models.Q(('person', models.F('dependant')), _negated=True), name='claim_of_another')],
            },
        ),
        migrations.CreateModel(
            name='RowFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('column', models.CharField(blank=True, max_length=30)),
                ('fault', models.CharField(max_length=24)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='withholding.delivery')),
            ],
            options={
                'db_table': 'withholding_finding',
                'constraints': [models.CheckConstraint(condition=models.Q(('fault__in', ['file', 'too-many-unknown', 'missing', 'too-long', 'not-whole', 'negative', 'too-large', 'not-a-code', 'not-a-month', 'not-a-number', 'unknown-person', 'months-reversed', 'months-not-over', 'overlapping', 'twice', 'of-another', 'deducted-above-gross', 'withheld-above-gross'])), name='finding_fault')],
            },
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['reporter_number', '-id'], name='report_by_reporter'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('scope__in', ['whole', 'part'])), name='report_scope'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('acceptance__in', ['all', 'rows'])), name='report_acceptance'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'accepted', 'partly', 'refused'])), name='report_state'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('content__isnull', False), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('checked_at__gte', models.F('sent_at')), ('content__isnull', True)), _connector='OR'), name='report_checked_without_content'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'partly']), ('version__isnull', False)), models.Q(('state__in', ['waiting', 'refused']), ('version__isnull', True)), _connector='OR'), name='report_accepted_has_version'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('statement', 'version'), name='report_version_once'),
        ),
    ]
