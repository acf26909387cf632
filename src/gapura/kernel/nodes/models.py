from django.db import models
from django.db.models import Q

from gapura.kernel.nodes.types import Direction, MessageKind


class MessageBatch(models.Model):
    """Messages whose commitments entered the audit log together, as the Merkle root of an event."""

    event_id = models.UUIDField(unique=True)
    root = models.BinaryField(max_length=32)
    messages = models.PositiveIntegerField()
    made_at = models.DateTimeField()


class MessageRecord(models.Model):
    """The message log: that a message passed here, between whom, and a commitment to it. Never its content.

    ``digest`` is SHA-256 of the signed line, equal at both ends; the line holds a nonce that is kept only as a hash,
    so nobody can try contents against it. ``fault`` says why a message was refused.
    """

    direction = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    message_id = models.CharField(max_length=64)
    nonce_hash = models.BinaryField(max_length=32)
    own = models.CharField(max_length=255)
    peer = models.CharField(max_length=255)
    service = models.CharField(max_length=60)
    logged_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    signature = models.CharField(max_length=400)
    fault = models.CharField(max_length=60, blank=True)
    # Nobody asks by batch, and SQLite would rather sort what stands under an index of it than use ours.
    batch = models.ForeignKey(MessageBatch, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(direction__in=list(Direction)), name="message_record_direction"),
            models.CheckConstraint(condition=Q(kind__in=list(MessageKind)), name="message_record_kind"),
            models.UniqueConstraint(
                fields=["peer", "message_id", "kind", "direction"], condition=Q(fault=""), name="message_record_id_once"
            ),
            models.UniqueConstraint(
                fields=["peer", "nonce_hash"],
                condition=Q(fault="", direction="received"),
                name="message_record_nonce_once",
            ),
        )
        indexes = (
            # What waits for the next batch, oldest first.
            models.Index(fields=["logged_at"], condition=Q(batch__isnull=True), name="message_record_unsealed"),
        )
