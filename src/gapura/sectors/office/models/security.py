"""How the class of secrecy of a registered document changed."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.models.documents import OfficialDocument


class SecurityChange(models.Model):
    """Only added. ``note``: a sealed page beside the sealed paper, which stays as it was; ``law``: as cited then."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="security_changes")
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    ground = models.CharField(max_length=40)
    law = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    by_label = models.CharField(max_length=120)
    by_post = models.CharField(max_length=80)
    by_person = models.CharField(max_length=16)
    at = models.DateTimeField()
    note = models.BinaryField()

    class Meta:
        db_table = "office_security_change"
        constraints = (
            models.CheckConstraint(condition=~Q(before=F("after")), name="security_change_changes"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(ground=""), name="security_change_has_reason"),
        )
