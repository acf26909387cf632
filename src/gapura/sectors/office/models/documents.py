"""A document, its versions and files, the folder it lies in, and whom it names as readers."""

from django.db import models
from django.db.models import Q

from gapura.sectors.office.types import Direction, Disclosure, DocumentStatus, FolderState, Reach, ReaderGround


class Folder(models.Model):
    """A year's records of one unit task (the *berkas*). What lies in it inherits its retention and disclosure."""

    code = models.CharField(max_length=120, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60)
    task_code = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    retention = models.CharField(max_length=30)
    state = models.CharField(max_length=12, default=FolderState.OPEN.value)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "office_folder"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=FolderState), name="folder_state"),
            models.CheckConstraint(
                condition=Q(state=FolderState.OPEN, closed_on__isnull=True)
                | Q(~Q(state=FolderState.OPEN), closed_on__isnull=False),
                name="folder_closed_whole",
            ),
        )
        indexes = (models.Index(fields=["agency_code", "unit_code", "task_code", "year"], name="folder_by_task"),)


class OfficialDocument(models.Model):
    """One paper of the state, from its first word on. ``code`` is its address, ``number`` its place in the register.

    ``body`` is CommonMark (ADR 40); ``version`` counts the saved states, each of which is a DocumentVersion.
    ``sealed_code`` is the code of the sealed PDF in kernel.documents' files once approved.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60)
    direction = models.CharField(max_length=8, default=Direction.INTERNAL.value)
    status = models.CharField(max_length=10, default=DocumentStatus.DRAFT.value)
    form = models.CharField(max_length=40)
    fields = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=5)
    version = models.PositiveIntegerField(default=1)

    task_code = models.CharField(max_length=40)
    folder = models.ForeignKey(Folder, models.PROTECT, null=True, related_name="documents")
    retention = models.CharField(max_length=30)
    reach = models.CharField(max_length=10, default=Reach.UNIT.value)
    security = models.CharField(max_length=20)
    disclosure = models.CharField(max_length=6, default=Disclosure.OPEN.value)
    disclosure_ground = models.CharField(max_length=40, blank=True)
    closed_until = models.DateField(null=True)
    urgent = models.BooleanField(default=False)
    due_on = models.DateField(null=True)

    drafter_post = models.CharField(max_length=80)
    drafter_label = models.CharField(max_length=120)
    drafter_person = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    line_number = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=80, blank=True)
    serial = models.PositiveIntegerField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    registered_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    sealed_digest = models.CharField(max_length=64, blank=True)
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")

    class Meta:
        db_table = "office_document"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=DocumentStatus), name="office_document_status"),
            models.CheckConstraint(condition=Q(direction__in=Direction), name="office_document_direction"),
            models.CheckConstraint(condition=Q(reach__in=Reach), name="office_document_reach"),
            models.CheckConstraint(condition=Q(disclosure__in=Disclosure), name="office_document_disclosure"),
            models.CheckConstraint(
                condition=Q(disclosure=Disclosure.OPEN) | ~Q(disclosure_ground=""), name="office_document_closed_by_law"
            ),
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.REGISTERED, serial__isnull=False, registered_at__isnull=False)
                & ~Q(number="")
                | Q(~Q(status=DocumentStatus.REGISTERED), serial__isnull=True, registered_at__isnull=True, number=""),
                name="office_document_numbered_whole",
            ),
            models.UniqueConstraint(
                fields=["unit_code", "direction", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="office_document_serial_once",
            ),
        )
        indexes = (
            models.Index(fields=["agency_code", "unit_code", "-changed_at"], name="office_document_by_unit"),
            models.Index(fields=["folder", "id"], name="office_document_by_folder"),
            models.Index(fields=["drafter_post", "-changed_at"], name="office_document_by_drafter"),
        )


class DocumentVersion(models.Model):
    """A saved state of the words; never changed. ``base`` is the version its author had open."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    fields = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    made_by_post = models.CharField(max_length=80)
    made_by_label = models.CharField(max_length=120)
    made_by_person = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "office_document_version"
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="office_version_once"),)


class DocumentFile(models.Model):
    """A picture in the text or an attachment, as it was given. What was taken out again keeps its row and day."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="files")
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    is_picture = models.BooleanField(default=False)
    added_by_person = models.CharField(max_length=16)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_document_file"
        indexes = (models.Index(fields=["document", "id"], name="office_file_by_document"),)


class DocumentReader(models.Model):
    """Somebody whom a document names: ``holder`` as in kernel.worklist (``post:…``, ``unit:…``). When they read it."""

    document = models.ForeignKey(OfficialDocument, models.PROTECT, related_name="readers")
    holder = models.CharField(max_length=160)
    agency_code = models.CharField(max_length=40)
    ground = models.CharField(max_length=12)
    named_by_label = models.CharField(max_length=120)
    named_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "office_document_reader"
        constraints = (
            models.CheckConstraint(condition=Q(ground__in=ReaderGround), name="office_reader_ground"),
            models.UniqueConstraint(fields=["document", "holder", "ground"], name="office_reader_once"),
        )
        indexes = (models.Index(fields=["holder", "document"], name="office_reader_by_holder"),)
