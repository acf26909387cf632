"""Between a sender and an office: letters arrive, are followed, and are answered with a document of the office."""

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text, in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.documents.actions import CaseHasDocument, record_document, render_document
from gapura.kernel.documents.queries import find_document_of_case
from gapura.kernel.documents.types import DocumentOrder, Facts
from gapura.kernel.identity.queries import get_unit_today
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.office.models import (
    Dispatch,
    IncomingLetter,
    Letter,
    LetterStep,
    OfficialDocument,
    SecurityChange,
    SentLetter,
)
from gapura.sectors.office.public_terms import Paper, get_letter_terms
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import CannotSendLetter, DocumentStatus, LetterState

PAPER_JOB = "office.seal_sent_letter"
EVIDENCE_TYPE = "office.letter"
_FOLLOWED = {
    LetterState.SENT: {LetterState.ARRIVED},
    LetterState.ARRIVED: {LetterState.ACCEPTED, LetterState.RETURNED, LetterState.ARRIVED},
    LetterState.ACCEPTED: {LetterState.HANDLED, LetterState.ANSWERED, LetterState.RETURNED, LetterState.ARRIVED},
    LetterState.HANDLED: {LetterState.HANDLED, LetterState.ANSWERED, LetterState.RETURNED, LetterState.ARRIVED},
    LetterState.ANSWERED: {LetterState.ANSWERED, LetterState.HANDLED},
}


def seal_letter_receipt(*, actor: Actor, code: str, now: datetime) -> str:
    """The code of the sender's sealed receipt; the same however often it is asked for. Call outside a transaction.

    Raises CannotSealDocument.
    """
    letter = Letter.objects.get(code=code)
    if letter.receipt_code:
        return letter.receipt_code
    order = _order_receipt(letter)
    with transaction.atomic():
        letter.receipt_code = _seal_once(actor, order, now)
        Letter.objects.filter(pk=letter.pk).update(receipt_code=letter.receipt_code)
    return letter.receipt_code


def follow_letter(
    *, actor: Actor, code: str, state: LetterState, now: datetime, place: Text | None = None, note: str = ""
) -> bool:
    """What the office did with the letter, in the transaction that does it; the same step again adds nothing.

    False where nobody here wrote such a letter. Raises CannotSendLetter when the letter was withdrawn meanwhile, or
    cannot come into this state.
    """
    with transaction.atomic():
        letter = Letter.objects.select_for_update().filter(code=code).first()
        if letter is None:
            return False
        _require_next(letter, state)
        last = letter.steps.order_by("-pk").first()
        if last and (last.state, last.place, last.note) == (state, place or {}, note):
            return True
        letter.state, letter.changed_at = state, now
        if letter.document_id is None:
            arrival = IncomingLetter.objects.filter(agency_code=letter.agency_code, code=code).first()
            letter.document = arrival.document if arrival else None
        letter.save(update_fields=["state", "changed_at", "document"])
        LetterStep.objects.create(letter=letter, state=state, at=now, place=dict(place or {}), note=note)
        _record(actor, f"office.letter-{state}", letter)
        if state in (LetterState.ARRIVED, LetterState.RETURNED):
            _tell_writer(actor, letter, state, now)
    return True


def send_letter(
    *, actor: Actor, document: OfficialDocument, person: str = "", company: str = "", now: datetime
) -> SentLetter:
    """Give a registered document to a person or a company: into their letters, inbox, and as a sealed paper.

    The same document goes to the same recipient once. Where it replies to a letter of theirs, that is answered.
    Raises CannotSendLetter.
    """
    recipient = person or company
    if document.status != DocumentStatus.REGISTERED or not document.sealed:
        raise CannotSendLetter(_("Only an approved, sealed document can be sent."))
    if bool(person) == bool(company):
        raise CannotSendLetter(_("Name one person or one company that shall receive it."))
    with transaction.atomic():
        if sent := SentLetter.objects.filter(document=document, recipient=recipient).first():
            return sent
        letter = _letter_answered(document, recipient)
        pdf = bytes(document.sealed)
        sent = SentLetter.objects.create(
            code=new_code(11),
            document=document,
            letter=letter,
            agency_code=document.agency_code,
            recipient=recipient,
            title=document.title,
            number=document.number,
            words=words_of(document.body),
            pdf=pdf,
            pdf_digest=hashlib.sha256(pdf).hexdigest(),
            sent_by_label=actor.label[:120],
            sent_at=now,
        )
        record_event(
            actor=actor,
            action="office.letter-sent-to-person",
            subject=recipient,
            object_ref=f"office-sent-letter:{sent.code}",
            detail={"document": document.code, "digest": sent.pdf_digest},
        )
        if letter is not None:
            follow_letter(actor=actor, code=letter.code, state=LetterState.ANSWERED, note=document.number, now=now)
        if told := person or (letter.writer if letter else ""):
            _tell(actor, told, MessageKind.OFFICE_LETTER, sent.agency_code, sent.code, now)
        enqueue_job(name=PAPER_JOB, arguments={"code": sent.code}, key=f"{PAPER_JOB}:{sent.code}")
    return sent


def answer_letter(*, actor: Actor, document: OfficialDocument, now: datetime) -> list[SentLetter]:
    """Send a registered reply to whoever wrote the letter that it replies to. Raises CannotSendLetter."""
    letters = Letter.objects.filter(document=document.reply_to_id) if document.reply_to_id else Letter.objects.none()
    return [
        send_letter(
            actor=actor,
            document=document,
            person=letter.sender if letter.sender == letter.writer else "",
            company=letter.sender if letter.sender != letter.writer else "",
            now=now,
        )
        for letter in letters.order_by("pk")
    ]


def seal_sent_letter(*, actor: Actor, code: str, now: datetime) -> str:
    """The paper that the recipient keeps in their documents. Once; call outside a transaction."""
    sent = SentLetter.objects.select_related("document").get(code=code)
    if not sent.paper_code:
        order = _order_sent(sent)
        with transaction.atomic():
            sent.paper_code = _seal_once(actor, order, now)
            SentLetter.objects.filter(pk=sent.pk).update(paper_code=sent.paper_code)
    return sent.paper_code


def tell_of_class(*, actor: Actor, change: SecurityChange, now: datetime) -> int:
    """Tell all who were sent the document that its class rose; the note stands at their letter. How many were told."""
    sent = list(SentLetter.objects.filter(document=change.document_id).select_related("letter").order_by("pk"))
    for one in sent:
        record_event(
            actor=actor,
            action="office.class-told-to-person",
            subject=one.recipient,
            object_ref=f"office-sent-letter:{one.code}",
            detail={"after": change.after, "note": hashlib.sha256(bytes(change.note)).hexdigest()},
        )
        to_company = Dispatch.objects.filter(document=change.document_id, to_company=one.recipient).exists()
        if told := one.letter.writer if one.letter else "" if to_company else one.recipient:
            _tell(actor, told, MessageKind.OFFICE_LETTER, one.agency_code, one.code, now)
    return len(sent)


def open_sent_letter(*, actor: Actor, sent: SentLetter, now: datetime) -> SentLetter:
    """Note that the recipient opened it, as its page says; the first time counts. Raises nothing further."""
    with transaction.atomic():
        if SentLetter.objects.filter(pk=sent.pk, read_at__isnull=True).update(read_at=now):
            sent.read_at = now
            record_event(
                actor=actor,
                action="office.sent-letter-read",
                subject=sent.recipient,
                object_ref=f"office-sent-letter:{sent.code}",
            )
    return sent


def _letter_answered(document: OfficialDocument, recipient: str) -> Letter | None:
    if document.reply_to_id is None:
        return None
    return Letter.objects.filter(document=document.reply_to_id, sender=recipient).order_by("pk").first()


def _require_next(letter: Letter, state: LetterState) -> None:
    if letter.state == LetterState.WITHDRAWN:
        raise CannotSendLetter(_("The sender has taken this letter back. There is nothing to do with it."))
    if state not in _FOLLOWED.get(LetterState(letter.state), ()) and letter.state != state:
        raise CannotSendLetter(_("The letter is not where this can be done with it. Look at its page again."))


def _tell_writer(actor: Actor, letter: Letter, state: LetterState, now: datetime) -> None:
    kind = MessageKind.LETTER_ARRIVED if state == LetterState.ARRIVED else MessageKind.LETTER_RETURNED
    _tell(actor, letter.writer, kind, letter.agency_code, letter.number, now)


def _tell(actor: Actor, recipient: str, kind: MessageKind, agency_code: str, code: str, now: datetime) -> None:
    office = {f"office_{language}": words for language, words in get_agency(agency_code).title.items()}
    send_message(actor=actor, recipient=recipient, kind=kind, context={"code": code, **office}, now=now)


def _seal_once(actor: Actor, order: DocumentOrder, now: datetime) -> str:
    """Seals in this transaction: a paper is sealed by one worker, and twice is as once."""
    if kept := find_document_of_case(order.case_number):
        return kept.code
    try:
        with transaction.atomic():
            return record_document(actor=actor, sealed=render_document(order), now=now).code
    except CaseHasDocument:
        kept = find_document_of_case(order.case_number)
        assert kept is not None
        return kept.code


def _order_receipt(letter: Letter) -> DocumentOrder:
    agency = get_agency(letter.agency_code)
    office = dict(get_unit_today(letter.unit_code).title) if letter.unit_code else dict(agency.title)
    assert letter.sent_at is not None
    record = {
        "letter_number": letter.number,
        "letter_sender": letter.sender_name,
        "letter_title": letter.title,
        "letter_sent_on": local_day(letter.sent_at, settings.TIME_ZONE).isoformat(),
        "letter_files": str(letter.files.count()),
        "letter_digest": letter.digest,
    }
    paper = get_letter_terms().receipt
    return _order(paper, record, letter.agency_code, letter.number, letter.sender, letter.sent_at, office=office)


def _order_sent(sent: SentLetter) -> DocumentOrder:
    record = {
        "letter_number": sent.number,
        "letter_title": sent.title,
        "letter_sent_on": local_day(sent.sent_at, settings.TIME_ZONE).isoformat(),
        "letter_words": sent.words,
        "letter_digest": sent.pdf_digest,
    }
    return _order(get_letter_terms().answer, record, sent.agency_code, sent.code, sent.recipient, sent.sent_at)


def _order(
    paper: Paper,
    record: dict[str, Any],
    agency_code: str,
    number: str,
    holder: str,
    at: datetime,
    **options: Any,
) -> DocumentOrder:
    fact = Facts(EVIDENCE_TYPE, holder, (record,), "", at, local_day(at, settings.TIME_ZONE), agency_code)
    return DocumentOrder(
        template=paper.template,
        title=paper.title,
        service_code="",
        agency_code=agency_code,
        office_name=in_language(get_agency(agency_code).title, paper.languages[0]),
        case_number=number,
        subject=holder,
        holder=holder,
        languages=paper.languages,
        facts=(fact,),
        legal_ground=paper.legal_ground,
        issued_at=at,
        valid_until=None,
        signatory_title=paper.signatory,
        options=options,
    )


def _record(actor: Actor, action: str, letter: Letter) -> None:
    record_event(actor=actor, action=action, subject=letter.sender, object_ref=f"office-letter:{letter.code}")
