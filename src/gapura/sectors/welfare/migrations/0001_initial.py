from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DisabilityEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('disability_kind', models.CharField(max_length=20)),
                ('disability_degree', models.CharField(max_length=8)),
                ('assessor', models.CharField(max_length=100)),
            ],
            options={
                'db_table': 'welfare_disability',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='disability_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='disabilityentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='disabilityentry_known_period'), models.CheckConstraint(condition=models.Q(('disability_kind', ''), _negated=True), name='disability_kind_given'), models.CheckConstraint(condition=models.Q(('disability_degree__in', ['mild', 'moderate', 'severe'])), name='disability_degree_known')],
            },
        ),
        migrations.CreateModel(
            name='RecipientEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('social_program', models.CharField(max_length=20)),
                ('order_number', models.CharField(max_length=40)),
            ],
            options={
                'db_table': 'welfare_recipient',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='recipient_by_person'), models.Index(fields=['social_program'], name='recipient_by_program')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='recipiententry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='recipiententry_known_period'), models.CheckConstraint(condition=models.Q(('social_program', ''), _negated=True), name='recipient_of_a_program'), models.CheckConstraint(condition=models.Q(('order_number', ''), _negated=True), name='recipient_by_an_order')],
            },
        ),
        migrations.CreateModel(
            name='SocialRegistryEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('welfare_decile', models.PositiveSmallIntegerField()),
            ],
            options={
                'db_table': 'welfare_social_registry',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='social_registry_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='socialregistryentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='socialregistryentry_known_period'), models.CheckConstraint(condition=models.Q(('welfare_decile__range', (1, 10))), name='social_registry_decile')],
            },
        ),
        ForbidOverlap("DisabilityEntry", ("number", "disability_kind")),
        ForbidOverlap("SocialRegistryEntry", ("number",)),
        ForbidOverlap("RecipientEntry", ("number", "social_program")),
    ]
