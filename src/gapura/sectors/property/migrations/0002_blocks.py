from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    dependencies = [
        ('property', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BlockEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('block_number', models.CharField(max_length=40)),
                ('parcel_number', models.CharField(max_length=14)),
                ('requested_by', models.CharField(max_length=100)),
            ],
            options={
                'db_table': 'property_block',
                'abstract': False,
                'indexes': [models.Index(fields=['parcel_number'], name='block_by_parcel')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='blockentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='blockentry_known_period'), models.CheckConstraint(condition=models.Q(('block_number', ''), ('parcel_number', ''), ('requested_by', ''), _connector='OR', _negated=True), name='block_whole')],
            },
        ),
        ForbidOverlap("BlockEntry", ("block_number",)),
    ]
