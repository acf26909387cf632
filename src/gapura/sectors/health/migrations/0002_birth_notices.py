from django.db import migrations, models

from gapura.kernel.registers.actions import ForbidOverlap

_RULE = ("BirthAttendedEntry", ("mother_number", "notice_number"))


class LiftRule(ForbidOverlap):
    """SQLite makes a table anew to change it, and forgets its triggers: the rule is lifted before and set again after."""

    database_forwards = ForbidOverlap.database_backwards
    database_backwards = ForbidOverlap.database_forwards


class Migration(migrations.Migration):

    dependencies = [
        ('health', '0001_initial'),
    ]

    operations = [
        LiftRule(*_RULE),
        migrations.AddField(
            model_name='birthattendedentry',
            name='birth_place',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='birthattendedentry',
            name='father_number',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddIndex(
            model_name='birthattendedentry',
            index=models.Index(fields=['father_number'], name='birth_attended_by_father'),
        ),
        ForbidOverlap(*_RULE),
    ]
