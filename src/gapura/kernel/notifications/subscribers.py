"""Telling a person that the way they sign in was changed."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.events import CredentialsChanged
from gapura.kernel.identity.queries import find_person_of
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.plugin import subscribe


@subscribe(CredentialsChanged)
def warn_owner(event: CredentialsChanged) -> None:
    if person_number := find_person_of(event.account_id):
        send_message(
            actor=system_actor("notifications"),
            recipient=person_number,
            kind=MessageKind.CREDENTIALS_CHANGED,
            context={},
            now=clock.now(),
        )
