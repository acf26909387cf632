"""What officials said about a paragraph while a document was written; kept with it."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.models.documents import OfficialDocument


class DocumentComment(models.Model):
    """A remark on a paragraph (``anchor``: the digest of its words, ``quote``: how they begin), or an answer to one.

    The paragraph may change afterwards: the remark then stands beside the quote, with the version that it spoke of.
    """

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers")
    version = models.PositiveIntegerField()
    anchor = models.CharField(max_length=16, blank=True)
    quote = models.CharField(max_length=200, blank=True)
    body = models.CharField(max_length=2000)
    made_by_post = models.CharField(max_length=80)
    made_by_label = models.CharField(max_length=120)
    made_by_person = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "office_document_comment"
        constraints = (
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by_label="")
                | Q(resolved_at__isnull=False) & ~Q(resolved_by_label=""),
                name="office_comment_resolved_whole",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(resolved_at__isnull=True), name="office_comment_thread_resolved"
            ),
        )
        indexes = (models.Index(fields=["document", "id"], name="office_comment_by_document"),)
