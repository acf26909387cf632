"""Sending a paper to a registered receiver, and making a link."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gapura.foundation.codes import code_of, new_code
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import access_paper
from gapura.kernel.outbox.actions import publish
from gapura.kernel.wallet.actions.trail import record
from gapura.kernel.wallet.events import DeliverySent
from gapura.kernel.wallet.models import Delivery
from gapura.kernel.wallet.queries import find_receiver, get_terms, is_genuine
from gapura.kernel.wallet.rules import CODE_DIGITS, code_digest, end_of_term, token_digest
from gapura.kernel.wallet.types import CannotSend, Receiver

_TOKEN_LETTERS = 26  # 130 bits


@dataclass(frozen=True, slots=True)
class Link:
    """A link's two secrets, which are stored nowhere: for the sender's eyes, in the answer to their form."""

    delivery: Delivery
    token: str
    code: str


def send_document(
    *, actor: Actor, code: str, receiver: str, purpose: str, days: int, send_key: str, now: datetime
) -> Delivery:
    """Let a registered receiver open the document ``code`` for ``days``; the same ``send_key`` sends once.

    Asks registers where the actor acts for another: must run outside a transaction. Raises AccessDenied to who may
    not have the document now, CannotSend. Publishes DeliverySent.
    """
    to = find_receiver(receiver)
    if to is None:
        raise CannotSend(_("Choose a receiver from the list."), "receiver")
    key = _key_digest(actor, send_key)
    earlier = Delivery.objects.filter(send_key=key).first()
    if earlier is not None:
        _require_same(earlier, code, to.code)
        return earlier
    delivery = _prepare(actor, code, purpose, days, get_terms().term_days, key, now)
    _address(delivery, to)
    return _write(actor, delivery)


def make_link(*, actor: Actor, code: str, purpose: str, days: int, openings: int, send_key: str, now: datetime) -> Link:
    """A link to the document ``code``, and the six digits that open it ``openings`` times within ``days``.

    The same ``send_key`` gives the same link while it stands. Otherwise as ``send_document``.
    """
    if openings not in get_terms().link_openings:
        raise CannotSend(_("Choose from the list how often the link may be opened."), "openings")
    key = _key_digest(actor, send_key)
    token, digits = _secrets(actor, send_key)
    earlier = Delivery.objects.filter(send_key=key).first()
    if earlier is None:
        delivery = _prepare(actor, code, purpose, days, get_terms().term_days, key, now)
        delivery.most_openings = openings
        delivery.token_digest, delivery.code_digest = token_digest(token), code_digest(token, digits)
        earlier = _write(actor, delivery)
    _require_same(earlier, code, "")
    if earlier.token_digest != token_digest(token) or not earlier.is_standing(now):
        raise CannotSend(_("This link has ended. Make a new one."))
    return Link(earlier, token, digits)


def _prepare(
    actor: Actor, code: str, purpose: str, days: int, terms: Collection[int], key: str, now: datetime
) -> Delivery:
    document = access_paper(actor=actor, code=code, action="send", now=now)
    if days not in terms:
        raise CannotSend(_("Choose from the list how long."), "days")
    if not purpose.strip():
        raise CannotSend(_("Say what it is for."), "purpose")
    if not is_genuine(document.code, now):
        raise CannotSend(_("This document is no longer valid, so it cannot be sent. Ask for a new one."))
    return Delivery(
        number=new_code(11),
        send_key=key,
        document_code=document.code,
        document_title=document.title,
        case_number=document.case_number,
        subject=document.subject,
        holder=document.holder,
        sent_by=actor.person_number or "",
        purpose=purpose.strip()[:200],
        sent_at=now,
        expires_at=end_of_term(now, days, document.valid_until, settings.TIME_ZONE),
    )


def _address(delivery: Delivery, to: Receiver) -> None:
    delivery.receiver, delivery.receiver_agency, delivery.receiver_company = to.code, to.agency, to.company
    delivery.most_openings = get_terms().receiver_openings


def _write(actor: Actor, delivery: Delivery) -> Delivery:
    """The delivery as it stands then; the twin where the same form arrived at the same moment."""
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            record(actor, "wallet.sent", delivery, until=delivery.expires_at.isoformat())
            publish(
                DeliverySent(
                    number=delivery.number,
                    document_code=delivery.document_code,
                    holder=delivery.holder,
                    receiver=delivery.receiver,
                )
            )
    except IntegrityError:
        twin = Delivery.objects.filter(send_key=delivery.send_key).first()
        if twin is None:
            raise
        return twin
    return delivery


def _require_same(earlier: Delivery, code: str, receiver: str) -> None:
    if (earlier.document_code, earlier.receiver) != (code, receiver):
        raise CannotSend(_("This form was already sent with other words. Start a new one."))


def _form(actor: Actor, send_key: str) -> str:
    """The form, with who sends it and for whom: nobody's form is another's."""
    return f"{actor.person_number}/{actor.principal or ''}/{send_key}"


def _key_digest(actor: Actor, send_key: str) -> str:
    return hashlib.sha256(f"wallet form {_form(actor, send_key)}".encode()).hexdigest()


def _secrets(actor: Actor, send_key: str) -> tuple[str, str]:
    """Token and code, drawn from the form's key: the same form shows the same link, though nobody stored it."""
    form = _form(actor, send_key)
    token = code_of(salted_hmac("wallet.link", form, algorithm="sha256").digest(), _TOKEN_LETTERS)
    number = int.from_bytes(salted_hmac("wallet.code", form, algorithm="sha256").digest())
    return token, str(number % 10**CODE_DIGITS).zfill(CODE_DIGITS)
