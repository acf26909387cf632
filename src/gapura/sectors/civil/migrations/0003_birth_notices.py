from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('civil', '0002_look_up_findings'),
    ]

    operations = [
        migrations.AddField(
            model_name='birthentry',
            name='notice_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=30),
        ),
        migrations.AddConstraint(
            model_name='birthentry',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True), models.Q(('notice_number', ''), _negated=True)), fields=('notice_number',), name='birth_once_per_notice'),
        ),
    ]
