"""The inbox of a person, and what was tried to reach them elsewhere."""

from django.db import models
from django.db.models import F, Q

from gapura.kernel.notifications.types import Channel, DeliveryState, MessageKind


class Message(models.Model):
    """One message to a person. Its words are drawn from ``kind`` and ``context`` in the reader's language."""

    recipient = models.CharField(max_length=16)
    kind = models.CharField(max_length=30)
    context = models.JSONField()
    case_number = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notifications_message"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in MessageKind]), name="message_kind"),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(read_at__gte=F("created_at")),
                name="message_read_after_sent",
            ),
        )
        indexes = (
            models.Index(fields=["recipient", "-id"], name="message_by_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="message_unread_by_recipient"),
        )


class Delivery(models.Model):
    """One message on its way over one channel."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notifications_delivery"
        constraints = (
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(condition=Q(channel__in=[c.value for c in Channel]), name="delivery_channel"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | Q(state__in=[DeliveryState.PENDING, DeliveryState.FAILED], sent_at__isnull=True),
                name="delivery_sent_when",
            ),
        )
