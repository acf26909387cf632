"""Messages and the outbox together."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from gapura.foundation import clock
from gapura.kernel.identity.actions import set_password
from gapura.kernel.identity.testing import HOUSE, NUMBER, make_resident
from gapura.kernel.notifications.models import Delivery
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.django_db(transaction=True)


def deliver_all() -> None:
    while deliver_pending():
        pass


def test_the_worker_tells_a_person_that_their_password_was_changed_and_mails_it() -> None:
    account = make_resident(email="citra@example.org")
    set_password(actor=HOUSE, account=account, password="a gate stands open for all")
    deliver_all()
    assert [letter.kind for letter in list_messages(NUMBER)] == [MessageKind.CREDENTIALS_CHANGED]
    assert [message.to for message in mail.outbox] == [["citra@example.org"]]


def test_the_worker_tries_again_after_the_mail_server_was_down(settings: Any) -> None:
    account = make_resident(email="citra@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    set_password(actor=HOUSE, account=account, password="a gate stands open for all")
    deliver_all()
    assert Delivery.objects.get().state == "pending"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with clock.frozen(clock.now() + timedelta(days=1)):
        deliver_all()
    assert Delivery.objects.get().state == "sent"
