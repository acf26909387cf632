"""A person or company writes to an office: a draft that saves itself, sent once, and followed until the answer."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.identity.plugin import find_name
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import confirm_mandate
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.office.actions.letter_files import clean_file
from gapura.sectors.office.models import Letter, LetterFile, LetterStep
from gapura.sectors.office.permissions import can_write_letters, sender_of
from gapura.sectors.office.public_terms import get_letter_terms
from gapura.sectors.office.queries.letters import access_letter, access_unsent, find_addressee, takes_letters
from gapura.sectors.office.types import CannotSendLetter, LetterState
from gapura.web.languages import reader_language

DELIVER_JOB, TAKE_BACK_JOB = "office.deliver_letter", "office.take_back_letter"
_BEFORE_ACCEPTANCE = (LetterState.SENT, LetterState.ARRIVED)


def start_letter(*, actor: Actor, addressee: str = "", now: datetime) -> Letter:
    """An empty letter to write in; the one that is still empty, where there is one.

    Raises AccessDenied, CannotSendLetter.
    """
    if not can_write_letters(actor):
        raise AccessDenied
    if addressee:
        _require_addressee(addressee)
    own = Letter.objects.filter(writer=actor.person_number, sender=sender_of(actor), state=LetterState.DRAFT)
    if empty := own.filter(title="", body="", files__isnull=True, addressee__in=["", addressee]).first():
        Letter.objects.filter(pk=empty.pk).update(addressee=addressee or empty.addressee)
        empty.refresh_from_db()
        return empty
    most = get_letter_terms().most_unsent
    if own.count() >= most:
        raise CannotSendLetter(
            _("You keep %(most)s letters that were not sent. Send or delete one of them first.") % {"most": most}
        )
    with transaction.atomic():
        letter = Letter.objects.create(
            code=new_code(11),
            sender=sender_of(actor),
            sender_name=_name_of(actor, now)[:120],
            writer=actor.person_number or "",
            mandate=actor.mandate[:60],
            addressee=addressee,
            language=reader_language(),
            created_at=now,
            changed_at=now,
        )
        _record(actor, "office.letter-started", letter)
    return letter


def save_letter(*, actor: Actor, code: str, base: int, title: str, body: str, now: datetime) -> Letter:
    """Keep the words. ``base`` is the revision that the page had: over a newer one nothing is written.

    Raises AccessDenied, CannotSendLetter.
    """
    with transaction.atomic():
        letter = _locked(actor, code)
        if (letter.title, letter.body) == (title, body):
            return letter
        if letter.revision != base:
            raise CannotSendLetter(
                _("This letter was changed in another window. What you wrote stands here; save again to keep it.")
            )
        _require_short(body)
        _write(letter, now, title=title, body=body)
        _record(actor, "office.letter-saved", letter, revision=letter.revision)
    return letter


def address_letter(*, actor: Actor, code: str, addressee: str, now: datetime) -> Letter:
    """Choose the agency, or one of its units. Raises AccessDenied, CannotSendLetter."""
    _require_addressee(addressee)
    with transaction.atomic():
        letter = _locked(actor, code)
        if letter.addressee != addressee:
            _write(letter, now, addressee=addressee)
            _record(actor, "office.letter-addressed", letter, to=addressee)
    return letter


def add_letter_file(*, actor: Actor, code: str, name: str, content: bytes, now: datetime) -> LetterFile:
    """Put a PDF or picture with the letter; the same one twice stands once. Raises AccessDenied, CannotSendLetter."""
    access_unsent(actor, code)
    terms = get_letter_terms()
    name, media_type, content = clean_file(name, content, most_bytes=terms.most_file_bytes)
    content_digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        letter = _locked(actor, code)
        if same := letter.files.filter(digest=content_digest).first():
            return same
        if letter.files.count() >= terms.most_files:
            raise CannotSendLetter(
                _("A letter takes %(most)s files. Take one out first.") % {"most": terms.most_files}, "file"
            )
        file = LetterFile.objects.create(
            letter=letter,
            code=new_code(11),
            name=name,
            media_type=media_type,
            content=content,
            size=len(content),
            digest=content_digest,
            added_at=now,
        )
        _record(actor, "office.letter-file-added", letter, digest=content_digest)
    return file


def remove_letter_file(*, actor: Actor, code: str, file_code: str, now: datetime) -> None:
    """Take a file out of an unsent letter. Raises AccessDenied."""
    with transaction.atomic():
        letter = _locked(actor, code)
        if letter.files.filter(code=file_code).delete()[0]:
            _write(letter, now)
            _record(actor, "office.letter-file-removed", letter)


def discard_letter(*, actor: Actor, code: str, now: datetime) -> None:
    """Delete a letter that was never sent; nothing of it remains. Raises AccessDenied."""
    with transaction.atomic():
        letter = _locked(actor, code)
        letter.files.all().delete()
        letter.delete()
        _record(actor, "office.letter-discarded", letter)


def post_letter(*, actor: Actor, code: str, now: datetime) -> Letter:
    """Send the letter. Sent twice it is sent once. The worker brings it to the office and seals the receipt.

    Asks the registers where the actor speaks for a company: call outside a transaction.
    Raises AccessDenied, CannotSendLetter.
    """
    letter = access_letter(actor, code)
    if letter.state != LetterState.DRAFT:
        return letter
    _confirm_company(actor, letter, now)
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=letter.pk)
        if letter.state != LetterState.DRAFT:
            return letter
        _require_whole(letter)
        _require_quota(letter, now)
        agency, _between, unit = letter.addressee.partition("#")
        _write(
            letter,
            now,
            agency_code=agency,
            unit_code=unit,
            state=LetterState.SENT,
            sent_at=now,
            number=f"L{new_code(10)}",
            digest=digest_of(letter),
        )
        LetterStep.objects.create(letter=letter, state=LetterState.SENT, at=now)
        enqueue_job(name=DELIVER_JOB, arguments={"code": letter.code}, key=f"{DELIVER_JOB}:{letter.code}")
        _record(actor, "office.letter-sent", letter, number=letter.number, digest=letter.digest)
    return letter


def withdraw_letter(*, actor: Actor, code: str, now: datetime) -> Letter:
    """Take back what no office has accepted yet. Twice is once. Raises AccessDenied, CannotSendLetter."""
    access_letter(actor, code)
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(code=code)
        if letter.state == LetterState.WITHDRAWN:
            return letter
        if letter.state not in _BEFORE_ACCEPTANCE:
            raise CannotSendLetter(
                _("The office has the letter already, so it cannot be taken back. Write another that says so.")
            )
        _write(letter, now, state=LetterState.WITHDRAWN)
        LetterStep.objects.create(letter=letter, state=LetterState.WITHDRAWN, at=now)
        enqueue_job(name=TAKE_BACK_JOB, arguments={"code": letter.code}, key=f"{TAKE_BACK_JOB}:{letter.code}")
        _record(actor, "office.letter-withdrawn", letter)
    return letter


def digest_of(letter: Letter) -> str:
    """SHA-256 of what was sent: words, addressee, and the digests of the files, as canonical JSON."""
    files = letter.files.order_by("pk").values_list("name", "digest")
    return digest(
        {
            "to": letter.addressee,
            "from": letter.sender,
            "title": letter.title,
            "body": letter.body,
            "files": [list(one) for one in files],
        }
    ).hex()


def _name_of(actor: Actor, now: datetime) -> str:
    """Who writes, as the register of persons says; who acts for a company names it by its number."""
    name = find_name(actor.person_number or "", local_day(now, settings.TIME_ZONE)) or actor.label
    return f"{name} ({actor.principal})" if actor.principal else name


def _locked(actor: Actor, code: str) -> Letter:
    letter = access_unsent(actor, code)
    return Letter.objects.select_for_update().get(pk=letter.pk)


def _write(letter: Letter, now: datetime, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(letter, name, value)
    letter.revision += 1
    letter.changed_at = now
    letter.save()


def _require_addressee(addressee: str) -> None:
    if find_addressee(addressee) is None or not takes_letters(addressee.partition("#")[0]):
        raise CannotSendLetter(_("There is no such office. Search for it and choose it from the list."), "addressee")


def _require_short(body: str) -> None:
    most = get_letter_terms().most_characters
    if len(body) > most:
        raise CannotSendLetter(
            _("The letter has %(length)s characters and may have %(most)s. Put what is long into a PDF.")
            % {"length": len(body), "most": most},
            "body",
        )


def _require_whole(letter: Letter) -> None:
    if not letter.addressee:
        raise CannotSendLetter(_("Choose the office that shall read it."), "addressee")
    _require_addressee(letter.addressee)
    if not letter.title.strip():
        raise CannotSendLetter(_("Say in one line what the letter is about."), "title")
    if not letter.body.strip():
        raise CannotSendLetter(_("The letter has no words yet."), "body")


def _require_quota(letter: Letter, now: datetime) -> None:
    most = get_letter_terms().most_sent_a_day
    recent = Letter.objects.filter(writer=letter.writer, sent_at__gt=now - timedelta(days=1))
    if recent.count() >= most:
        raise CannotSendLetter(
            _("You have sent %(most)s letters within a day. Your letter is kept; send it tomorrow.") % {"most": most}
        )


def _confirm_company(actor: Actor, letter: Letter, now: datetime) -> None:
    if actor.principal is None:
        return
    try:
        confirm_mandate(
            actor=actor,
            principal=actor.principal,
            relation=Relation.COMPANY,
            service=None,
            case_number=letter.code,
            now=now,
        )
    except NotMandated as refusal:
        raise CannotSendLetter(str(refusal)) from refusal


def _record(actor: Actor, action: str, letter: Letter, **detail: str | int) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=letter.sender,
        object_ref=f"office-letter:{letter.code}",
        detail=detail,
    )
