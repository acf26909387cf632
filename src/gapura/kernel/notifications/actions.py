"""Telling people things, and noting that they read them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from gapura.foundation.appending import insert_row
from gapura.foundation.isolation import as_house
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.notifications.events import MessageRead, MessageSent
from gapura.kernel.notifications.models import Message
from gapura.kernel.notifications.queries import access_row
from gapura.kernel.notifications.types import InboxMessage, MessageKind, UnknownMessageKind
from gapura.kernel.notifications.wording import compose_message
from gapura.kernel.outbox.actions import publish


@as_house("whoever moves a case, the person concerned is told")
def send_message(
    *,
    actor: Actor,
    recipient: str,
    kind: str,
    context: Mapping[str, str],
    case_number: str = "",
    now: datetime,
) -> Message:
    """Put a message into a person's inbox; where their account has an address, it goes by e-mail too.

    The e-mail is a reaction to MessageSent: the inbox depends neither on it nor on the mail server.

    ``context`` fills the words: ``service_id``, ``service_en``, ``service_ko``, ``case_number``, ``code``;
    ``page`` is the path of the page that the message leads to.
    Raises UnknownMessageKind. Publishes MessageSent.
    """
    if kind not in set(MessageKind):
        raise UnknownMessageKind(f"No message is called {kind!r}; there are: {', '.join(MessageKind)}.")
    with transaction.atomic(savepoint=False):
        message = Message(
            recipient=recipient, kind=kind, context=dict(context), case_number=case_number, created_at=now
        )
        insert_row(message)
        sent = NewEvent(
            action="notifications.message_sent",
            subject=recipient,
            object_ref=f"message:{message.pk}",
            case_number=case_number,
            detail={"kind": kind},
        )
        record_events(actor=actor, events=[sent])
        publish(MessageSent(message_id=message.pk, recipient=recipient, kind=kind))
    return message


def mark_read(*, actor: Actor, message_id: int, now: datetime) -> InboxMessage:
    """Note that the recipient opened the message; the first time counts. Raises AccessDenied.

    Publishes MessageRead.
    """
    message = access_row(actor, message_id)
    with transaction.atomic():
        opened = Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=now)
        if opened:
            message.read_at = now
            record_event(
                actor=actor,
                action="notifications.message_read",
                subject=message.recipient,
                object_ref=f"message:{message.pk}",
                case_number=message.case_number,
            )
            publish(MessageRead(message_id=message.pk, recipient=message.recipient))
    return compose_message(message)
