"""What the worker does with a letter of a person or company: it arrives at the office, or is taken back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.letter_posting import follow_letter
from gapura.sectors.office.actions.receipt import receive_document, withdraw_arrival
from gapura.sectors.office.models import Letter
from gapura.sectors.office.types import CameBy, EnclosedFile, LetterState, ReceivedLetter


def deliver_letter(*, actor: Actor, code: str, now: datetime) -> bool:
    """Bring a sent letter to the office that it is for; twice is once. False where it was taken back before."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(code=code)
        if letter.state != LetterState.SENT:
            return False
        is_company = letter.mandate != ""
        arrival = ReceivedLetter(
            code=letter.code,
            agency_code=letter.agency_code,
            unit_code=letter.unit_code,
            came_by=CameBy.PORTAL,
            title=letter.title,
            sender_label=letter.sender_name,
            sender_person="" if is_company else letter.sender,
            sender_company=letter.sender if is_company else "",
            their_number=letter.number,
            their_date=local_day(letter.sent_at or now, settings.TIME_ZONE),
            body=letter.body,
            language=letter.language,
            files=tuple(
                EnclosedFile(one.name, one.media_type, bytes(one.content)) for one in letter.files.order_by("pk")
            ),
        )
        receive_document(actor=actor, letter=arrival, now=now)
        follow_letter(actor=actor, code=code, state=LetterState.ARRIVED, now=now)
    return True


def take_letter_back(*, actor: Actor, code: str, now: datetime) -> bool:
    """The sender withdrew a letter: it leaves the office's basket. False where it never got there."""
    letter = Letter.objects.get(code=code)
    return withdraw_arrival(actor=actor, agency_code=letter.agency_code, code=code, now=now)
