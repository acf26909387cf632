from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BusinessTaxpayerEntry',
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
                ('tax_number', models.CharField(max_length=16)),
                ('tax_office', models.CharField(max_length=80)),
            ],
            options={
                'db_table': 'tax_business_taxpayer',
                'abstract': False,
                'indexes': [models.Index(fields=['responsible_number'], name='business_taxpayer_by_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='businesstaxpayerentry_valid_period'), models.CheckConstraint(condition=models.Q(('superseded_at__isnull', True), ('superseded_at__gte', models.F('recorded_at')), _connector='OR'), name='businesstaxpayerentry_known_period'), models.CheckConstraint(condition=models.Q(models.Q(('business_number', ''), _negated=True), models.Q(('responsible_number', ''), _negated=True), models.Q(('tax_number', ''), _negated=True)), name='business_taxpayer_numbers_given'), models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True), ('valid_until__isnull', True)), fields=('tax_number',), name='business_taxpayer_number_once')],
            },
        ),
        ForbidOverlap("BusinessTaxpayerEntry", ("business_number",)),
    ]
