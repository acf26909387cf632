"""What is remembered of the nation that was made."""

from django.db import models


class NationRecord(models.Model):
    """The summary of one made nation; there is one nation at a time."""

    reference = models.CharField(max_length=40, primary_key=True)
    made_at = models.DateTimeField()
    summary = models.JSONField()

    class Meta:
        db_table = "demo_nation"
