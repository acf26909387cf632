from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("withholding", "0003_told_until")]

    operations = [
        migrations.AddField(
            model_name="reportertoken",
            name="post_code",
            field=models.CharField(blank=True, max_length=60),
        ),
    ]
