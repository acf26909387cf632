from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('business', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='businessentry',
            name='name_key',
            field=models.CharField(max_length=120, null=True),
        ),
        migrations.AddConstraint(
            model_name='businessentry',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded_at__isnull', True), ('valid_until__isnull', True), models.Q(('business_status', 'closed'), _negated=True)), fields=('name_key',), name='business_name_once'),
        ),
    ]
