"""Reading the inbox."""

from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.models import Message
from gapura.kernel.notifications.types import InboxMessage
from gapura.kernel.notifications.wording import compose_message


def list_messages(person_number: str, *, before: int | None = None, limit: int = 30) -> list[InboxMessage]:
    """The person's messages, newest first; ``before`` a message's ``pk`` gives those older than it."""
    rows = Message.objects.filter(recipient=person_number)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [compose_message(row) for row in rows.order_by("-pk")[:limit]]


def count_unread(person_number: str) -> int:
    """How many messages the person has not opened."""
    return Message.objects.filter(recipient=person_number, read_at__isnull=True).count()


def access_message(actor: Actor, message_id: int) -> InboxMessage:
    """The message, to its recipient. Raises AccessDenied to anybody else and when there is none."""
    return compose_message(access_row(actor, message_id))


def access_row(actor: Actor, message_id: int) -> Message:
    """The stored message, to its recipient. Raises AccessDenied."""
    row = Message.objects.filter(pk=message_id).first()
    if row is None or actor.person_number is None or row.recipient != actor.person_number:
        raise AccessDenied
    return row
