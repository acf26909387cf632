from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LicenceEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('number', models.CharField(max_length=16)),
                ('licence_class', models.CharField(max_length=5)),
                ('licence_number', models.CharField(max_length=20)),
            ],
            options={
                'db_table': 'transport_licence',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='licence_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='licenceentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='licenceentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('licence_class', ''), _negated=True), models.Q(('licence_number', ''), _negated=True)), name='licence_given')],
            },
        ),
        migrations.CreateModel(
            name='LienEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('lien_number', models.CharField(max_length=40)),
                ('chassis_number', models.CharField(max_length=17)),
                ('creditor', models.CharField(max_length=100)),
                ('secured_amount', models.PositiveBigIntegerField()),
            ],
            options={
                'db_table': 'transport_lien',
                'abstract': False,
                'indexes': [models.Index(fields=['chassis_number'], name='lien_by_chassis')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='lienentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='lienentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('lien_number', ''), _negated=True), models.Q(('creditor', ''), _negated=True)), name='lien_creditor_given'), models.CheckConstraint(condition=models.Q(('secured_amount__gt', 0)), name='lien_secures_something')],
            },
        ),
        migrations.CreateModel(
            name='OffenceEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('ticket_number', models.CharField(max_length=30)),
                ('number', models.CharField(max_length=16)),
                ('offence', models.CharField(max_length=30)),
                ('penalty_points', models.PositiveSmallIntegerField()),
                ('fine_amount', models.PositiveBigIntegerField()),
                ('paid_on', models.DateField(null=True)),
            ],
            options={
                'db_table': 'transport_offence',
                'abstract': False,
                'indexes': [models.Index(fields=['number'], name='offence_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='offenceentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='offenceentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('ticket_number', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('offence', ''), _negated=True)), name='offence_given'), models.CheckConstraint(condition=models.Q(('paid_on__isnull', True), ('paid_on__gte', models.F('valid_from')), _connector='OR'), name='offence_paid_after_it'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True)), fields=('ticket_number',), name='offence_ticket_once')],
            },
        ),
        migrations.CreateModel(
            name='OwnershipEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('chassis_number', models.CharField(max_length=17)),
                ('owner_number', models.CharField(max_length=16)),
                ('ownership_book', models.CharField(max_length=20)),
                ('acquired_by', models.CharField(max_length=11)),
            ],
            options={
                'db_table': 'transport_ownership',
                'abstract': False,
                'indexes': [models.Index(fields=['chassis_number'], name='ownership_by_chassis'), models.Index(fields=['owner_number'], name='ownership_by_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='ownershipentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='ownershipentry_known_period'), models.CheckConstraint(condition=models.Q(('acquired_by__in', ['new', 'purchase', 'inheritance', 'gift', 'ruling'])), name='ownership_acquired_by_known'), models.CheckConstraint(condition=models.Q(('owner_number', ''), _negated=True), name='ownership_owner_given')],
            },
        ),
        migrations.CreateModel(
            name='VehicleEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
                ('source_kind', models.CharField(max_length=10)),
                ('source_reference', models.CharField(max_length=40)),
                ('chassis_number', models.CharField(max_length=17)),
                ('engine_number', models.CharField(blank=True, max_length=20)),
                ('plate_number', models.CharField(max_length=11)),
                ('brand', models.CharField(max_length=40)),
                ('model', models.CharField(max_length=60)),
                ('built_year', models.PositiveSmallIntegerField()),
                ('vehicle_class', models.CharField(max_length=10)),
                ('fuel', models.CharField(max_length=10)),
                ('vehicle_color', models.CharField(max_length=30)),
            ],
            options={
                'db_table': 'transport_vehicle',
                'abstract': False,
                'indexes': [models.Index(fields=['chassis_number'], name='vehicle_by_chassis'), models.Index(fields=['plate_number'], name='vehicle_by_plate')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='vehicleentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='vehicleentry_known_period'), models.CheckConstraint(condition=models.Q(('vehicle_class__in', ['motorcycle', 'car', 'bus', 'truck', 'special'])), name='vehicle_class_known'), models.CheckConstraint(condition=models.Q(('fuel__in', ['petrol', 'diesel', 'gas', 'hybrid', 'electric'])), name='vehicle_fuel_known'), models.CheckConstraint(condition=models.Q(models.Q(('chassis_number', ''), _negated=True), models.Q(('plate_number', ''), _negated=True)), name='vehicle_numbers_given'), models.CheckConstraint(condition=models.Q(('built_year__gte', 1900), ('built_year__lte', 2199)), name='vehicle_built_year_plausible'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True), ('valid_until__isnull', True)), fields=('plate_number',), name='vehicle_plate_once')],
            },
        ),
        ForbidOverlap("VehicleEntry", ("chassis_number",)),
        ForbidOverlap("OwnershipEntry", ("chassis_number",)),
        ForbidOverlap("LienEntry", ("lien_number",)),
        ForbidOverlap("LicenceEntry", ("number", "licence_class")),
        ForbidOverlap("OffenceEntry", ("number", "ticket_number")),
    ]
