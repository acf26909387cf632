from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    dependencies = [
        ('transport', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TheftEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('report_number', models.CharField(max_length=30)),
                ('chassis_number', models.CharField(max_length=17)),
            ],
            options={
                'db_table': 'transport_theft',
                'abstract': False,
                'indexes': [models.Index(fields=['chassis_number'], name='theft_by_chassis')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='theftentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='theftentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('report_number', ''), _negated=True), models.Q(('chassis_number', ''), _negated=True)), name='theft_given')],
            },
        ),
        ForbidOverlap("TheftEntry", ("report_number",)),
    ]
