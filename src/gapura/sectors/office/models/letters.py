"""Letters from people and companies to an office, and papers that an office sends to them."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.models.documents import OfficialDocument
from gapura.sectors.office.types import LetterState

_UNSENT = (LetterState.DRAFT.value,)


class Letter(models.Model):
    """``sender`` is whose letter it is (a person or a company), ``writer`` the person who wrote it.

    A draft belongs to nobody but its writer: ``agency_code`` is empty until it is sent to ``addressee``
    (``agency`` or ``agency#unit``). ``number`` is that of the receipt, ``receipt_code`` the sealed paper.
    """

    code = models.CharField(max_length=16, unique=True)
    sender = models.CharField(max_length=16)
    sender_name = models.CharField(max_length=120)
    writer = models.CharField(max_length=16)
    mandate = models.CharField(max_length=60, blank=True)
    addressee = models.CharField(max_length=110, blank=True)
    agency_code = models.CharField(max_length=40, blank=True)
    unit_code = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=9, default=LetterState.DRAFT.value)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=20, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    receipt_code = models.CharField(max_length=16, blank=True)
    document = models.ForeignKey(OfficialDocument, models.PROTECT, null=True, related_name="letters")

    class Meta:
        db_table = "office_letter"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=LetterState), name="office_letter_state"),
            models.CheckConstraint(
                condition=Q(state__in=_UNSENT, sent_at__isnull=True, number="", agency_code="")
                | ~Q(state__in=_UNSENT) & Q(sent_at__isnull=False) & ~Q(number="") & ~Q(agency_code=""),
                name="office_letter_sent_whole",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="office_letter_number"),
        )
        indexes = (
            models.Index(fields=["sender", "-changed_at"], name="office_letter_by_sender"),
            models.Index(fields=["writer", "-sent_at"], name="office_letter_by_writer"),
            models.Index(fields=["agency_code", "-sent_at"], name="office_letter_by_agency"),
            models.Index(fields=["document"], name="office_letter_by_document"),
        )


class LetterFile(models.Model):
    """What goes along: a PDF that does nothing by itself, or a picture drawn anew. Taken out again, it is gone."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="files")
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "office_letter_file"
        indexes = (models.Index(fields=["letter", "id"], name="office_letter_file_order"),)


class LetterStep(models.Model):
    """One thing that happened to a letter, as its sender reads it. ``place`` names the unit, by language."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=9)
    at = models.DateTimeField()
    place = models.JSONField(default=dict)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "office_letter_step"
        constraints = (models.CheckConstraint(condition=Q(state__in=LetterState), name="office_letter_step_state"),)
        indexes = (models.Index(fields=["letter", "id"], name="office_letter_step_order"),)


class SentLetter(models.Model):
    """A document of an office as a person or company was given it. Kept as it was sent, whatever the office does.

    ``read_at``: when its page was first opened, which the page says to whoever opens it.
    """

    code = models.CharField(max_length=16, unique=True)
    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="sent_letters")
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="answers")
    agency_code = models.CharField(max_length=40)
    recipient = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)
    paper_code = models.CharField(max_length=16, blank=True)
    sent_by_label = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_sent_letter"
        constraints = (models.UniqueConstraint(fields=["document", "recipient"], name="office_sent_letter_once"),)
        indexes = (models.Index(fields=["recipient", "-sent_at"], name="office_sent_by_recipient"),)
