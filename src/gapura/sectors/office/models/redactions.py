"""What is taken out of a document for the public, and what the public then reads."""

from django.db import models
from django.db.models import F, Q

from gapura.sectors.office.models.documents import OfficialDocument
from gapura.sectors.office.types import Disclosure, RedactionState

_DECIDED = (RedactionState.APPROVED.value, RedactionState.REFUSED.value)


class Redaction(models.Model):
    """``marks`` name what goes, each with its legal ground; ``files`` what becomes of each file (redaction.py).

    ``digest`` is that of the document and marks as proposed: another one is decided by nobody.
    """

    code = models.CharField(max_length=16, unique=True)
    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="redactions")
    agency_code = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default=RedactionState.DRAFT.value)
    marks = models.JSONField(default=list)
    files = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    made_by_person = models.CharField(max_length=16)
    made_by_label = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    decided_by_person = models.CharField(max_length=16, blank=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    opinion = models.TextField(blank=True)

    class Meta:
        db_table = "office_redaction"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=RedactionState), name="office_redaction_state"),
            models.CheckConstraint(
                condition=Q(state__in=_DECIDED, decided_at__isnull=False) & ~Q(decided_by_person="")
                | ~Q(state__in=_DECIDED) & Q(decided_at__isnull=True, decided_by_person=""),
                name="office_redaction_decided",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by_person=F("made_by_person")), name="office_redaction_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["document"], condition=~Q(state__in=_DECIDED), name="office_redaction_one_open"
            ),
        )
        indexes = (models.Index(fields=["agency_code", "state", "-changed_at"], name="office_redaction_by_agency"),)


class DisclosureChange(models.Model):
    """The class of a document was set, reviewed, or ended with its term. What was before stands in the one before."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="disclosure_changes")
    disclosure = models.CharField(max_length=6)
    ground = models.CharField(max_length=40, blank=True)
    closed_until = models.DateField(null=True)
    reason = models.TextField(blank=True)
    by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "office_disclosure_change"
        constraints = (models.CheckConstraint(condition=Q(disclosure__in=Disclosure), name="office_disclosure_class"),)
        indexes = (models.Index(fields=["document", "id"], name="office_disclosure_order"),)


class Publication(models.Model):
    """A line of the public list, and what may be read there: nothing, a redacted version, or all. For everybody.

    It holds nothing else of the document. ``code`` is its address for ever; ``title`` is empty where the law withholds
    it. What was withdrawn keeps its line, with day and reason, and loses words and files.
    """

    code = models.CharField(max_length=16, unique=True)
    document_code = models.CharField(max_length=16)
    agency_code = models.CharField(max_length=40)
    unit_title = models.JSONField(default=dict)
    number = models.CharField(max_length=80)
    registered_on = models.DateField()
    listed_at = models.DateTimeField()
    title = models.CharField(max_length=300, blank=True)
    disclosure = models.CharField(max_length=6)
    grounds = models.JSONField(default=list)
    closed_until = models.DateField(null=True)
    language = models.CharField(max_length=5)
    words = models.TextField(blank=True)
    pdf = models.BinaryField(null=True)
    pdf_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        db_table = "office_publication"
        constraints = (
            models.CheckConstraint(condition=Q(disclosure__in=Disclosure), name="office_publication_class"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False, pdf__isnull=False)
                | Q(published_at__isnull=True, pdf__isnull=True, words="")
                | Q(withdrawn_at__isnull=False, pdf__isnull=True, words=""),
                name="office_publication_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False, pdf__isnull=True) & ~Q(withdrawn_reason=""),
                name="office_publication_withdrawn",
            ),
            models.UniqueConstraint(fields=["document_code"], name="office_publication_once"),
        )
        indexes = (
            models.Index(fields=["-registered_on", "-id"], name="office_publication_by_day"),
            models.Index(fields=["agency_code", "-registered_on", "-id"], name="office_publication_by_agency"),
        )


class PublishedFile(models.Model):
    """A file of a publication, made anew from what remains of it."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    size = models.PositiveIntegerField()

    class Meta:
        db_table = "office_published_file"
        indexes = (models.Index(fields=["publication", "id"], name="office_published_file_order"),)


class InformationAnswer(models.Model):
    """A public paper that answers somebody's request for information, chosen by the officer who works the case."""

    case_number = models.CharField(max_length=30)
    agency_code = models.CharField(max_length=40)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="answers")
    chosen_by_label = models.CharField(max_length=120)
    chosen_at = models.DateTimeField()

    class Meta:
        db_table = "office_information_answer"
        constraints = (models.UniqueConstraint(fields=["case_number", "publication"], name="office_information_once"),)
