
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='NationRecord',
            fields=[
                ('reference', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('summary', models.JSONField()),
            ],
            options={
                'db_table': 'demo_nation',
            },
        ),
    ]
