"""Messages: in the inbox always, by e-mail when the mail server answers, in the reader's language."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.utils.translation import override

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import HOUSE, NUMBER, make_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.actions import mark_read, send_message
from gapura.kernel.notifications.events import MessageSent
from gapura.kernel.notifications.models import Delivery, Message
from gapura.kernel.notifications.queries import access_message, count_unread, list_messages
from gapura.kernel.notifications.subscribers import send_by_email
from gapura.kernel.notifications.tasks import deliver_email
from gapura.kernel.notifications.types import MessageKind, UnknownMessageKind
from gapura.kernel.notifications.wording import _WORDS

pytestmark = pytest.mark.django_db
TITLES = {
    "service_id": "Kutipan Akta Kelahiran",
    "service_en": "Birth certificate",
    "service_ko": "출생증명서",
}
CONTEXT = {**TITLES, "case_number": "2026-0001", "code": "ABCD", "period": "2025"}


class Postbox:
    """A mail server that keeps what it is given, or refuses while ``is_full``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.is_full = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.is_full:
            return "452 Requested action not taken: insufficient system storage"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def free_port(settings: Any) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", probe.getsockname()[1]
        return int(settings.EMAIL_PORT)


@pytest.fixture
def postbox(free_port: int) -> Iterator[Postbox]:
    handler = Postbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield handler
    controller.stop()


def send(kind: str = MessageKind.DOCUMENT_ISSUED, recipient: str = NUMBER) -> Message:
    return send_message(
        actor=HOUSE, recipient=recipient, kind=kind, context=CONTEXT, case_number="2026-0001", now=clock.now()
    )


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_of_message_reads_whole_in_every_language(kind: MessageKind) -> None:
    send(kind)
    for language in ("id", "en", "ko"):
        with override(language):
            [letter] = list_messages(NUMBER)
        assert letter.subject
        assert "%(" not in letter.body
        names_its_case = "%(service)s" in _WORDS[kind][1]
        assert (TITLES[f"service_{language}"] in letter.body) == names_its_case


def test_an_unknown_kind_is_refused_and_says_what_there_is() -> None:
    with pytest.raises(UnknownMessageKind, match="document_issued"):
        send("greeting")
    assert not Message.objects.exists()


def test_the_inbox_is_newest_first_in_pages() -> None:
    sent = [send().pk for _turn in range(5)]
    send(recipient="3171010101900003")
    first = [letter.pk for letter in list_messages(NUMBER, limit=3)]
    rest = [letter.pk for letter in list_messages(NUMBER, before=first[-1], limit=3)]
    assert first + rest == sent[::-1]


def test_a_message_is_read_once_and_by_its_recipient_only() -> None:
    account = make_resident()
    actor = list_capacities(account, on=clock.today("Asia/Jakarta"))[0].actor
    own, other = send(), send(recipient="3171010101900003")
    assert count_unread(NUMBER) == 1
    opened = mark_read(actor=actor, message_id=own.pk, now=clock.now())
    again = mark_read(actor=actor, message_id=own.pk, now=clock.now())
    assert again.read_at == opened.read_at is not None
    assert count_unread(NUMBER) == 0
    assert access_message(actor, own.pk) == again
    for refused in (other.pk, other.pk + 1):
        with pytest.raises(AccessDenied):
            access_message(actor, refused)
    with pytest.raises(AccessDenied):
        mark_read(actor=actor, message_id=other.pk, now=clock.now())
    assert [event.action for event in list_events()].count("notifications.message_read") == 1


def post() -> Message:
    """A message whose event has reached its subscriber."""
    message = send()
    send_by_email(MessageSent(message_id=message.pk, recipient=message.recipient, kind=message.kind))
    return message


def test_the_email_is_in_the_accounts_language_and_its_subject_says_nothing(postbox: Postbox) -> None:
    make_resident(email="citra@example.org", language="ko")
    message = post()
    deliver_email(delivery_id=Delivery.objects.get().pk)
    [mail] = postbox.mails
    text = mail.get_content()
    assert mail["To"] == "citra@example.org"
    assert mail.get_content_type() == "text/plain"
    assert TITLES["service_ko"] in text
    assert f"/messages/{message.pk}/" in text
    for private in (TITLES["service_ko"], "2026-0001", NUMBER, "citra"):
        assert private not in mail["Subject"]


def test_without_an_account_or_an_address_there_is_only_the_inbox() -> None:
    post()
    make_resident(email="")
    post()
    assert count_unread(NUMBER) == 2
    assert not Delivery.objects.exists()


def test_while_the_mail_server_is_down_the_inbox_works_and_the_email_follows_later(
    free_port: int, settings: Any
) -> None:
    make_resident(email="citra@example.org")
    post()
    delivery = Delivery.objects.get()
    assert count_unread(NUMBER) == 1
    with pytest.raises(ConnectionRefusedError):
        deliver_email(delivery_id=delivery.pk)
    handler = Postbox()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port)
    controller.start()
    try:
        deliver_email(delivery_id=delivery.pk)
        deliver_email(delivery_id=delivery.pk)
    finally:
        controller.stop()
    delivery.refresh_from_db()
    assert len(handler.mails) == 1, "a job that runs again sends nothing again"
    assert (delivery.state, delivery.attempts) == ("sent", 2)


def test_a_mail_server_that_refuses_is_asked_again_with_the_same_message_id(postbox: Postbox) -> None:
    make_resident(email="citra@example.org")
    message = post()
    delivery = Delivery.objects.get()
    postbox.is_full = True
    with pytest.raises(OSError):
        deliver_email(delivery_id=delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at) == ("pending", None)
    postbox.is_full = False
    deliver_email(delivery_id=delivery.pk)
    assert postbox.mails[0]["Message-ID"].startswith(f"<message-{message.pk}@")
