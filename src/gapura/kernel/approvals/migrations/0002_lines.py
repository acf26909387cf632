"""Approval lines. What happened and what was signed is only added: the database refuses to change either;
PostgreSQL also to remove it (SQLite's tests clean up by deleting)."""

import django.db.models.deletion
import gapura.kernel.approvals.types
from django.db import migrations, models

_ONLY_ADDED = {"approvals_path": "path_only_added", "approvals_line_version": "line_version_only_added"}


def add(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    if on_postgresql:
        editor.execute(
            "CREATE FUNCTION approvals_stays() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'constraint failed: % rows are only added', TG_TABLE_NAME; END $$",
            params=None,  # the percent sign is PostgreSQL's
        )
    for table, name in _ONLY_ADDED.items():
        if on_postgresql:
            change = "UPDATE OR DELETE", "FOR EACH ROW EXECUTE FUNCTION approvals_stays()"
        else:
            change = "UPDATE", f"BEGIN SELECT RAISE(ABORT, 'constraint failed: {table} rows are only added'); END"
        editor.execute(f"CREATE TRIGGER {name} BEFORE {change[0]} ON {table} {change[1]}")


def remove(apps, editor):
    on_postgresql = editor.connection.vendor == "postgresql"
    for table, name in _ONLY_ADDED.items():
        editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql else ""))
    if on_postgresql:
        editor.execute("DROP FUNCTION approvals_stays")


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('key_id', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('account_id', models.BigIntegerField()),
                ('certificates', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('valid_until', models.DateTimeField()),
            ],
            options={
                'db_table': 'approvals_signing_key',
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post_code', models.CharField(max_length=80)),
                ('agency_code', models.CharField(max_length=40)),
                ('person', models.CharField(max_length=16)),
                ('substitute_post', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(max_length=30)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField()),
                ('entered_by_label', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'approvals_absence',
                'indexes': [models.Index(fields=['post_code', 'valid_from'], name='absence_by_post')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('valid_from'))), name='absence_period'), models.CheckConstraint(condition=models.Q(('substitute_post', models.F('post_code')), _negated=True), name='absence_by_another_post')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('object_ref', models.CharField(max_length=80)),
                ('case_number', models.CharField(blank=True, max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('payload', models.JSONField()),
                ('matter', models.CharField(blank=True, max_length=60)),
                ('status', models.CharField(default='running', max_length=10)),
                ('urgent', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('agency_code', models.CharField(max_length=40)),
                ('office_code', models.CharField(blank=True, max_length=13)),
                ('unit_code', models.CharField(blank=True, max_length=60)),
                ('drafter_post', models.CharField(max_length=80)),
                ('drafter_label', models.CharField(max_length=120)),
                ('drafter_person', models.CharField(max_length=16)),
                ('started_at', models.DateTimeField()),
                ('due_on', models.DateField(null=True)),
                ('held_since', models.DateField(null=True)),
                ('held_until', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seal', models.BinaryField(null=True)),
            ],
            options={
                'db_table': 'approvals_line',
                'indexes': [models.Index(fields=['agency_code', 'unit_code', '-started_at'], name='line_by_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', gapura.kernel.approvals.types.LineStatus)), name='line_status'), models.CheckConstraint(condition=models.Q(('drafter_person', ''), _negated=True), name='line_drafted_by_a_person'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('status__in', (gapura.kernel.approvals.types.LineStatus['RUNNING'], gapura.kernel.approvals.types.LineStatus['HELD'], gapura.kernel.approvals.types.LineStatus['RETURNED']))), models.Q(models.Q(('status__in', (gapura.kernel.approvals.types.LineStatus['RUNNING'], gapura.kernel.approvals.types.LineStatus['HELD'], gapura.kernel.approvals.types.LineStatus['RETURNED'])), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='line_ended_whole'), models.CheckConstraint(condition=models.Q(models.Q(('status', gapura.kernel.approvals.types.LineStatus['APPROVED']), _negated=True), ('seal__isnull', False), _connector='OR'), name='line_approved_is_sealed'), models.UniqueConstraint(condition=models.Q(('status__in', (gapura.kernel.approvals.types.LineStatus['RUNNING'], gapura.kernel.approvals.types.LineStatus['HELD'], gapura.kernel.approvals.types.LineStatus['RETURNED']))), fields=('kind', 'object_ref'), name='line_open_once_per_object')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('task', models.CharField(max_length=12)),
                ('check_code', models.CharField(blank=True, max_length=30)),
                ('post_code', models.CharField(max_length=80)),
                ('acting_post', models.CharField(blank=True, max_length=80)),
                ('agency_code', models.CharField(max_length=40)),
                ('office_code', models.CharField(blank=True, max_length=13)),
                ('status', models.CharField(default='waiting', max_length=8)),
                ('opened_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('act', models.CharField(blank=True, max_length=12)),
                ('acted_at', models.DateTimeField(null=True)),
                ('acted_by_post', models.CharField(blank=True, max_length=80)),
                ('acted_by_label', models.CharField(blank=True, max_length=120)),
                ('acted_by_person', models.CharField(max_length=16, null=True)),
                ('drafter_person', models.CharField(max_length=16)),
                ('version', models.PositiveIntegerField(null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('opinion', models.TextField(blank=True)),
                ('must_acknowledge', models.BooleanField(default=False)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='approvals.approvalline')),
            ],
            options={
                'db_table': 'approvals_step',
                'indexes': [models.Index(condition=models.Q(('status', gapura.kernel.approvals.types.StepStatus['OPEN'])), fields=['post_code'], name='step_open_by_post'), models.Index(condition=models.Q(('status', gapura.kernel.approvals.types.StepStatus['OPEN'])), fields=['acting_post'], name='step_open_by_acting'), models.Index(fields=['line', 'place'], name='step_by_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('task__in', gapura.kernel.approvals.types.StepTask)), name='step_task'), models.CheckConstraint(condition=models.Q(('status__in', gapura.kernel.approvals.types.StepStatus)), name='step_status'), models.CheckConstraint(condition=models.Q(('acted_by_person', models.F('drafter_person')), _negated=True), name='step_by_another_person'), models.CheckConstraint(condition=models.Q(models.Q(('acted_at__isnull', False), ('acted_by_person__isnull', False), ('status__in', ('done',)), models.Q(('digest', ''), _negated=True)), models.Q(('status__in', ('done',)), _negated=True), _connector='OR'), name='step_done_whole'), models.UniqueConstraint(condition=models.Q(('status', gapura.kernel.approvals.types.StepStatus['REMOVED']), _negated=True), fields=('line', 'post_code'), name='step_post_once'), models.UniqueConstraint(condition=models.Q(('acted_by_person__isnull', False), ('status', gapura.kernel.approvals.types.StepStatus['DONE'])), fields=('line', 'acted_by_person'), name='step_person_once'), models.UniqueConstraint(condition=models.Q(('task', gapura.kernel.approvals.types.StepTask['APPROVAL']), models.Q(('status', gapura.kernel.approvals.types.StepStatus['REMOVED']), _negated=True)), fields=('line',), name='step_one_approval')],
            },
        ),
        migrations.CreateModel(
            name='LineVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('media_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
                ('made_by_person', models.CharField(max_length=16)),
                ('made_by_label', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
                ('note', models.TextField(blank=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='approvals.approvalline')),
            ],
            options={
                'db_table': 'approvals_line_version',
                'constraints': [models.UniqueConstraint(fields=('line', 'number'), name='line_version_once')],
            },
        ),
        migrations.CreateModel(
            name='PathEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('act', models.CharField(max_length=12)),
                ('at', models.DateTimeField()),
                ('post_code', models.CharField(max_length=80)),
                ('label', models.CharField(max_length=120)),
                ('person', models.CharField(max_length=16)),
                ('acting_for', models.CharField(blank=True, max_length=120)),
                ('task', models.CharField(blank=True, max_length=12)),
                ('check_code', models.CharField(blank=True, max_length=30)),
                ('opinion', models.TextField(blank=True)),
                ('detail', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('before', models.CharField(blank=True, max_length=64)),
                ('entry_digest', models.CharField(max_length=64)),
                ('signature', models.TextField(blank=True)),
                ('key_id', models.CharField(blank=True, max_length=64)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='path', to='approvals.approvalline')),
            ],
            options={
                'db_table': 'approvals_path',
                'constraints': [models.CheckConstraint(condition=models.Q(('act__in', gapura.kernel.approvals.types.PathAct)), name='path_act'), models.UniqueConstraint(fields=('line', 'number'), name='path_number_once')],
            },
        ),
        migrations.RunPython(add, remove),
    ]
