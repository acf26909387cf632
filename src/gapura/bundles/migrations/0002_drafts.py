from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bundles', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BundleDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('applicant', models.CharField(max_length=16)),
                ('bundle_code', models.CharField(max_length=40)),
                ('answers', models.JSONField()),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('applicant', 'bundle_code'), name='bundle_draft_once')],
            },
        ),
    ]
