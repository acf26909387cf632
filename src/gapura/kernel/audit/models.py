import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, models
from django.db.models import Q

from gapura.foundation.notes import Checkpoint as SignedTree
from gapura.foundation.notes import parse_checkpoint
from gapura.kernel.audit.rules import event_words

# Two ways to say the same: number the given events from ``first`` on, in their order.
_GIVE_LEAF_INDEXES = {
    "postgresql": (
        "UPDATE audit_auditevent SET seal = NULL, leaf_index = %s + batch.place - 1 "
        "FROM unnest(%s::uuid[]) WITH ORDINALITY AS batch(id, place) WHERE audit_auditevent.id = batch.id"
    ),
    "sqlite": (
        "UPDATE audit_auditevent SET seal = NULL, leaf_index = %s + batch.key "
        "FROM json_each(%s) AS batch WHERE audit_auditevent.id = batch.value"
    ),
}


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads, and the one change an event ever sees."""

    def pending(self) -> "AuditEventQuerySet":
        """Events that wait to enter the tree. Found by the missing index, never by a watermark: a
        transaction that began early and commits late loses nothing."""
        return self.filter(leaf_index__isnull=True).order_by("id")

    def give_leaf_indexes(self, first: int, ids: Sequence[UUID]) -> int:
        """Give the events ``ids`` the leaf indexes from ``first`` on; returns how many there were."""
        postgresql = connection.vendor == "postgresql"
        batch = list(ids) if postgresql else json.dumps([number.hex for number in ids])
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_LEAF_INDEXES[connection.vendor], [first, batch])
            return int(cursor.rowcount)


class AuditEvent(models.Model):
    """Something somebody did. Written once; only the sequencer touches it again, to give the leaf index.

    ``commitment`` binds to the words and is what the tree holds. ``seal`` protects the commitment until it
    is in the tree, which protects it from then on: so the secret key may change at any time.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    leaf_index = models.BigIntegerField(null=True, unique=True)
    salt = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32, null=True)
    occurred_at = models.DateTimeField()
    actor_reference = models.CharField(max_length=200)
    actor_label = models.CharField(max_length=200)
    action = models.CharField(max_length=100)
    subject = models.CharField(max_length=64, blank=True)
    object_ref = models.CharField(max_length=200, blank=True)
    case_number = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = [
            # The sequencer's queue: only events not yet in the tree.
            models.Index(fields=["id"], condition=Q(leaf_index__isnull=True), name="audit_event_pending"),
            models.Index(fields=["case_number", "id"], condition=~Q(case_number=""), name="audit_event_case_number"),
            models.Index(fields=["subject", "id"], condition=~Q(subject=""), name="audit_event_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(leaf_index__isnull=True) | Q(leaf_index__gte=0),
                name="audit_event_leaf_index_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(leaf_index__isnull=True, seal__isnull=False)
                | Q(leaf_index__isnull=False, seal__isnull=True),
                name="audit_event_sealed_until_in_tree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_reference}"

    @property
    def words(self) -> bytes:
        """What the commitment covers."""
        return event_words(vars(self))


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree (tlog-tiles); a full tile never changes again."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement that the tree of ``size`` leaves has one root (C2SP signed note)."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size} leaves"

    @property
    def tree(self) -> SignedTree:
        """What the note states. The signature is not checked here."""
        return parse_checkpoint(self.note)
