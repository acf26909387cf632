"""Documents that go round to be read. Who read what and when is in DocumentReader."""

from django.db import models

from gapura.sectors.office.models.documents import OfficialDocument


class ReadingGroup(models.Model):
    """Readers that a unit keeps under one name: ``holders`` is a list of ``post:…`` and ``unit:…``."""

    agency_code = models.CharField(max_length=40)
    unit_code = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    holders = models.JSONField()
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "office_reading_group"
        constraints = (models.UniqueConstraint(fields=["unit_code", "title"], name="office_reading_group_once"),)


class Circulation(models.Model):
    """One round of a document: who started it, for whom, and until when they are to have read it."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="circulations")
    agency_code = models.CharField(max_length=40)
    holders = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    started_by_post = models.CharField(max_length=80)
    started_by_label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_circulation"
        indexes = (models.Index(fields=["due_on"], name="office_circulation_due"),)
