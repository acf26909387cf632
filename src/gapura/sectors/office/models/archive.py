"""What happens to a folder after its year: closing, terms, appraisal, holds, hand-over, destruction, restoring."""

from typing import Any

from django.db import models
from django.db.models import Q

from gapura.foundation.canonical import digest
from gapura.sectors.office.models.contents import contents_digest
from gapura.sectors.office.models.documents import Folder
from gapura.sectors.office.types import ClosingStatus, Custody, DestructionState, Fate, HoldGround, TransferState


class YearClosing(models.Model):
    """One unit's year. ``report`` is what both archivists saw; ``seal`` the agency's seal over its canonical bytes."""

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, default=ClosingStatus.PROPOSED.value)
    report = models.JSONField()
    seal = models.BinaryField(null=True)
    proposed_by_label = models.CharField(max_length=120)
    proposed_at = models.DateTimeField()
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_year_closing"
        constraints = (
            models.CheckConstraint(condition=Q(status__in=ClosingStatus), name="closing_status"),
            models.CheckConstraint(
                condition=~Q(status=ClosingStatus.CLOSED) | Q(seal__isnull=False, decided_at__isnull=False),
                name="closing_is_sealed",
            ),
            models.UniqueConstraint(
                fields=["unit_code", "year"], condition=Q(status=ClosingStatus.PROPOSED), name="closing_asked_once"
            ),
        )


class FolderTerm(models.Model):
    """How long a closed folder is kept and what comes then. Its events vouch for the row and all the folder holds."""

    folder = models.OneToOneField(Folder, models.PROTECT, related_name="term")
    code = models.CharField(max_length=16, unique=True)
    retention = models.CharField(max_length=30)
    fate = models.CharField(max_length=9)
    law = models.CharField(max_length=120)
    active_until = models.DateField()
    inactive_until = models.DateField()
    custody = models.CharField(max_length=8, default=Custody.UNIT.value)
    documents = models.PositiveIntegerField()
    contents = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_folder_term"
        constraints = (
            models.CheckConstraint(condition=Q(fate__in=Fate), name="folder_fate"),
            models.CheckConstraint(condition=Q(custody__in=Custody), name="folder_custody"),
            models.CheckConstraint(
                condition=Q(inactive_until__gte=models.F("active_until")), name="folder_term_in_order"
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(fate=Fate.DESTROY) | Q(custody=Custody.NATIONAL),
                name="folder_permanent_stays",
            ),
        )
        indexes = (models.Index(fields=["inactive_until", "custody"], name="folder_term_due"),)

    @property
    def state(self) -> dict[str, Any]:
        """What the log vouches for."""
        names = ("retention", "fate", "law", "custody", "documents", "contents")
        dates = {"active_until": self.active_until, "inactive_until": self.inactive_until}
        ended = {"destroyed_at": self.destroyed_at.isoformat() if self.destroyed_at else None}
        return {name: getattr(self, name) for name in names} | dates | ended

    @property
    def logged_digest(self) -> str:
        """Over the row and every word, file and sealed page in the folder, read anew: who edits one is found."""
        folder = self.folder
        named = {"unit": folder.unit_code, "task": folder.task_code, "year": folder.year, "title": folder.title}
        found = self.contents if self.destroyed_at else contents_digest(folder)
        return digest(self.state | named | {"found": found}).hex()


class Appraisal(models.Model):
    """A closed folder was judged anew: another class or fate, why, by whom. Only added."""

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="appraisals")
    retention_before = models.CharField(max_length=30)
    retention_after = models.CharField(max_length=30)
    fate_before = models.CharField(max_length=9)
    fate_after = models.CharField(max_length=9)
    task_before = models.CharField(max_length=40)
    task_after = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    proposed_by_label = models.CharField(max_length=120)
    decided_by_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "office_appraisal"
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="appraisal_has_reason"),)


class FolderHold(models.Model):
    """While it stands nothing of the folder is destroyed or dropped. One sets it, two lift it."""

    code = models.CharField(max_length=16, unique=True)
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="holds")
    ground = models.CharField(max_length=10)
    reference = models.CharField(max_length=120)
    set_by_label = models.CharField(max_length=120)
    set_at = models.DateTimeField()
    lifted_by_label = models.CharField(max_length=120, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "office_folder_hold"
        constraints = (
            models.CheckConstraint(condition=Q(ground__in=HoldGround), name="folder_hold_ground"),
            models.CheckConstraint(condition=~Q(reference=""), name="folder_hold_reference"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_why=""), name="folder_hold_lifted_why"
            ),
        )


class FolderPackage(models.Model):
    """The seal over a package's manifest, kept so that the same folder gives the same bytes again."""

    folder = models.ForeignKey(Folder, models.PROTECT, related_name="packages")
    manifest = models.CharField(max_length=64)
    seal = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "office_folder_package"
        constraints = (models.UniqueConstraint(fields=["folder", "manifest"], name="package_sealed_once"),)


class Transfer(models.Model):
    """A folder given to the national archive. ``digest`` is the package's SHA-256, which the receipt repeats."""

    code = models.CharField(max_length=16, unique=True)
    folder = models.OneToOneField(Folder, models.PROTECT, related_name="transfer")
    agency_code = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default=TransferState.SENT.value)
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    sent_by_label = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    receipt = models.JSONField(null=True)
    receipt_seal = models.BinaryField(null=True)
    received_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "office_transfer"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=TransferState), name="transfer_state"),
            models.CheckConstraint(
                condition=Q(state=TransferState.SENT) | Q(receipt__isnull=False, receipt_seal__isnull=False),
                name="transfer_received_by_receipt",
            ),
        )


class Destruction(models.Model):
    """A list before its committee. ``listing`` is the digest of what each member decides about.

    ``unit_code`` is the archive's, of who made the list; ``paper`` the code of the official document of the decision.
    """

    code = models.CharField(max_length=16, unique=True)
    agency_code = models.CharField(max_length=40)
    office_code = models.CharField(max_length=13, blank=True)
    unit_code = models.CharField(max_length=60, blank=True)
    paper = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=8, default=DestructionState.PROPOSED.value)
    reason = models.CharField(max_length=300)
    consent = models.CharField(max_length=120, blank=True)
    listing = models.CharField(max_length=64)
    proposed_by_label = models.CharField(max_length=120)
    proposed_by_person = models.CharField(max_length=16)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    minutes = models.JSONField(null=True)
    minutes_seal = models.BinaryField(null=True)
    certificate = models.JSONField(null=True)
    certificate_seal = models.BinaryField(null=True)

    class Meta:
        db_table = "office_destruction"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=DestructionState), name="destruction_state"),
            models.CheckConstraint(
                condition=~Q(state=DestructionState.DONE) | Q(certificate__isnull=False), name="destruction_certified"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DestructionState.DECIDED, DestructionState.DONE]) | Q(minutes__isnull=False),
                name="destruction_has_minutes",
            ),
        )


class DestructionMember(models.Model):
    """A post on the committee and what the person in it decided."""

    destruction = models.ForeignKey(Destruction, models.PROTECT, related_name="members")
    post_code = models.CharField(max_length=80)
    post_label = models.CharField(max_length=120)
    agrees = models.BooleanField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    listing = models.CharField(max_length=64, blank=True)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_by_person = models.CharField(max_length=16, null=True)
    decided_at = models.DateTimeField(null=True)
    proposed_by_person = models.CharField(max_length=16)  # the list's, repeated so that a constraint can compare

    class Meta:
        db_table = "office_destruction_member"
        constraints = (
            models.UniqueConstraint(fields=["destruction", "post_code"], name="destruction_post_once"),
            models.UniqueConstraint(fields=["destruction", "decided_by_person"], name="destruction_person_once"),
            models.CheckConstraint(
                condition=~Q(decided_by_person=models.F("proposed_by_person")), name="destruction_by_others"
            ),
            models.CheckConstraint(
                condition=Q(agrees__isnull=True) | Q(decided_by_person__isnull=False, decided_at__isnull=False),
                name="destruction_vote_whole",
            ),
            models.CheckConstraint(condition=~Q(agrees=False) | ~Q(reason=""), name="destruction_refused_why"),
        )


class DestructionItem(models.Model):
    """A folder on the list; destroyed, or spared because it was held when its turn came."""

    destruction = models.ForeignKey(Destruction, models.PROTECT, related_name="items")
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="+")
    contents = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True)
    spared_at = models.DateTimeField(null=True)
    spared_why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "office_destruction_item"
        constraints = (
            models.UniqueConstraint(fields=["destruction", "folder"], name="destruction_folder_once"),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(spared_at__isnull=True), name="destruction_either_or"
            ),
        )


class RestoredFolder(models.Model):
    """A folder that came in a package from another house."""

    folder = models.OneToOneField(Folder, models.PROTECT, related_name="restored")
    house = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    restored_by_label = models.CharField(max_length=120)
    restored_at = models.DateTimeField()
    receipt = models.JSONField(null=True)
    receipt_seal = models.BinaryField(null=True)

    class Meta:
        db_table = "office_restored_folder"


class RestoredRecord(models.Model):
    """What a package said of a document beyond its words, kept byte for byte: its path, and rows of other tables."""

    document = models.ForeignKey("office.OfficialDocument", models.PROTECT, related_name="restored_records")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    digest = models.CharField(max_length=128)

    class Meta:
        db_table = "office_restored_record"
        constraints = (models.UniqueConstraint(fields=["document", "name"], name="restored_record_once"),)
