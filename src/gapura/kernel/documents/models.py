"""Issued documents: what was stated, the sealed bytes, and every use."""

from django.db import models
from django.db.models import F, Q

from gapura.foundation.row_digests import row_digest
from gapura.kernel.documents.types import BlockStatus, DocumentStatus, UseKind


class Document(models.Model):
    """One issued document. Its bytes and facts never change; only its status does."""

    code = models.CharField(max_length=16, unique=True)
    status = models.CharField(max_length=8, default=DocumentStatus.VALID)
    service_code = models.CharField(max_length=60)
    template = models.CharField(max_length=60)
    template_version = models.CharField(max_length=64)
    title = models.JSONField()
    case_number = models.CharField(max_length=30)
    subject = models.CharField(max_length=16)
    subject_name = models.CharField(max_length=100, blank=True)
    holder = models.CharField(max_length=16)
    agency_code = models.CharField(max_length=40)
    office_name = models.CharField(max_length=150)
    languages = models.JSONField()
    options = models.JSONField()
    facts = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    use_count = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)
    # By code, checked at commit: a case's old document must end before the new one may begin.
    replaced_by = models.ForeignKey("self", null=True, to_field="code", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "documents_document"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in DocumentStatus]), name="document_status"
            ),
            models.UniqueConstraint(
                fields=["case_number"],
                condition=Q(status=DocumentStatus.VALID.value),
                name="document_one_valid_per_case",
            ),
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.VALID.value, ended_at__isnull=True, end_reason="")
                | (~Q(status=DocumentStatus.VALID.value) & Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="document_end_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.REPLACED.value, replaced_by__isnull=False)
                | (~Q(status=DocumentStatus.REPLACED.value) & Q(replaced_by__isnull=True)),
                name="document_replaced_by_another",
            ),
            models.CheckConstraint(condition=~Q(replaced_by=F("code")), name="document_not_replaced_by_itself"),
        )
        indexes = (
            models.Index(fields=["holder", "-issued_at"], name="document_by_holder"),
            models.Index(fields=["subject", "status"], name="document_by_subject"),
            models.Index(fields=["case_number"], name="document_by_case"),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def logged_digest(self) -> str:
        """What the audit log keeps of the row: all of it but the count of uses."""
        return row_digest(self, leave_out=("id", "use_count"))


class DocumentContent(models.Model):
    """The bytes as sealed, and what the background job adds behind them: the archive time-stamps.

    ``archival_sha256`` is of both together, the file that is handed out from then on.
    """

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="content")
    sealed = models.BinaryField()
    archive_increment = models.BinaryField(null=True)
    archival_sha256 = models.CharField(max_length=64, null=True, unique=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "documents_content"
        constraints = (
            models.CheckConstraint(
                condition=Q(archive_increment__isnull=True, archival_sha256__isnull=True, archived_at__isnull=True)
                | Q(archive_increment__isnull=False, archival_sha256__isnull=False, archived_at__isnull=False),
                name="document_archived_wholly_or_not",
            ),
        )


class DocumentUse(models.Model):
    """Somebody verified or fetched a document. Who is not kept: verifying needs no sign-in."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "documents_use"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in UseKind]), name="document_use_kind"),
        )
        indexes = (models.Index(fields=["document", "used_at"], name="document_use_by_document"),)


class ReservedBlock(models.Model):
    """Numbers that a counter may use while it has no network (ADR 23), and the keys that may seal under them."""

    number = models.CharField(max_length=16, unique=True)
    status = models.CharField(max_length=9, default=BlockStatus.OUT)
    counter = models.CharField(max_length=80)
    agency_code = models.CharField(max_length=40)
    office_name = models.CharField(max_length=150)
    seal_public = models.BinaryField()
    certificates = models.JSONField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    reserved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "documents_reserved_block"
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in BlockStatus]), name="reserved_block_status"
            ),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="reserved_block_period"),
            models.CheckConstraint(
                condition=Q(status=BlockStatus.OUT.value, ended_at__isnull=True)
                | (~Q(status=BlockStatus.OUT.value) & Q(ended_at__isnull=False)),
                name="reserved_block_end",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ReservedCode(models.Model):
    """One document's code and one case's number, bound to what alone may be issued under them."""

    block = models.ForeignKey(ReservedBlock, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=16, unique=True)
    case_number = models.CharField(max_length=30, unique=True)
    subject = models.CharField(max_length=16)
    service_code = models.CharField(max_length=60)
    title = models.JSONField()
    order_digest = models.CharField(max_length=64)

    class Meta:
        db_table = "documents_reserved_code"
        constraints = (
            models.UniqueConstraint(fields=["block", "subject", "service_code"], name="reserved_code_one_a_person"),
        )

    def __str__(self) -> str:
        return self.code
