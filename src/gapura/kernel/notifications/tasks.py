"""Sending e-mail from the outbox: a mail server that is down delays it and loses nothing."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.notifications.models import Delivery
from gapura.kernel.notifications.types import DeliveryState
from gapura.kernel.notifications.wording import compose_email
from gapura.kernel.outbox.plugin import job

DELIVERY_JOB = "notifications.deliver_email"


@job(DELIVERY_JOB)
def deliver_email(*, delivery_id: int) -> None:
    """Send one e-mail. What goes wrong is raised: the outbox tries again later, with growing pauses.

    The Message-ID is the same at every attempt, so a mail that was sent twice is shown once.
    """
    delivery = Delivery.objects.select_related("message").get(pk=delivery_id)
    if delivery.state == DeliveryState.SENT:
        return
    Delivery.objects.filter(pk=delivery_id).update(attempts=F("attempts") + 1)
    address = settings.GAPURA_PUBLIC_ADDRESS + reverse("portal:message", args=[delivery.message_id])
    subject, text = compose_email(delivery.message, language=delivery.language, address=address)
    sender = settings.DEFAULT_FROM_EMAIL
    domain = sender.rpartition("@")[2].rstrip(">")
    EmailMessage(
        subject,
        text,
        from_email=sender,
        to=[delivery.address],
        headers={
            "Message-ID": f"<message-{delivery.message_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
    Delivery.objects.filter(pk=delivery_id).update(state=DeliveryState.SENT, sent_at=clock.now())
