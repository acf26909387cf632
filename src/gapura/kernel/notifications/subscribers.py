"""Messages that follow from what happened: the e-mail beside the inbox, the warning of changed credentials."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.events import AccountActivated, CredentialsChanged, SignedInFromNewDevice
from gapura.kernel.identity.queries import find_account_of, find_person_of, make_stop_link
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.events import MessageSent
from gapura.kernel.notifications.models import Delivery
from gapura.kernel.notifications.tasks import DELIVERY_JOB
from gapura.kernel.notifications.types import Channel, MessageKind
from gapura.kernel.outbox.actions import enqueue_job
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


@subscribe(SignedInFromNewDevice)
def warn_of_new_device(event: SignedInFromNewDevice) -> None:
    _warn(event.account_id, MessageKind.NEW_DEVICE, agent=event.agent or "?", network=event.network)


@subscribe(AccountActivated)
def tell_of_activation(event: AccountActivated) -> None:
    _warn(event.account_id, MessageKind.ACCOUNT_RECOVERED)


def _warn(account_id: int, kind: MessageKind, **context: str) -> None:
    """Tell the owner, with the link that stops the account: they may not be able to sign in any more."""
    if person_number := find_person_of(account_id):
        send_message(
            actor=system_actor("notifications"),
            recipient=person_number,
            kind=kind,
            context=context | {"stop_link": make_stop_link(account_id)},
            now=clock.now(),
        )


@subscribe(MessageSent)
def send_by_email(event: MessageSent) -> None:
    account = find_account_of(event.recipient)
    if account is None or not account.email:
        return
    delivery = Delivery.objects.create(
        message_id=event.message_id, channel=Channel.EMAIL, address=account.email, language=account.language
    )
    enqueue_job(name=DELIVERY_JOB, arguments={"delivery_id": delivery.pk})
