"""Letters as their senders see them, and the offices that can be written to."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from gapura.foundation.isolation import as_house
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency, list_agencies
from gapura.kernel.identity.queries import get_unit_today, list_agencies_with_units, list_units, search_units
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import Letter, SecurityChange, SentLetter
from gapura.sectors.office.permissions import can_read_letter, can_read_sent_letter, can_write_letters, sender_of
from gapura.sectors.office.security import ordinary_class
from gapura.sectors.office.types import LetterState

_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Addressee:
    """An office to write to: ``key`` is ``agency`` or ``agency#unit``."""

    key: str
    agency: Text
    unit: Text | None = None


def access_letter(actor: Actor, code: str) -> Letter:
    """The letter, for its sender. Raises AccessDenied, alike for absent and forbidden ones."""
    letter = Letter.objects.filter(code=code).first()
    if letter is None or not can_read_letter(actor, letter):
        raise AccessDenied
    return letter


def access_unsent(actor: Actor, code: str) -> Letter:
    """The letter, for who writes it, before it is sent. Raises AccessDenied."""
    letter = access_letter(actor, code)
    if letter.state != LetterState.DRAFT:
        raise AccessDenied
    return letter


def access_sent_letter(actor: Actor, code: str) -> SentLetter:
    """What an office sent, for whom it was sent to. Raises AccessDenied."""
    letter = SentLetter.objects.filter(code=code).first()
    if letter is None or not can_read_sent_letter(actor, letter):
        raise AccessDenied
    return letter


def find_raised_class(letter: SentLetter) -> SecurityChange | None:
    """How the class of the letter rose after it was sent, with its sealed note; None while it is the ordinary one."""
    with as_house("whoever was sent a letter learns that its class rose"):
        later = SecurityChange.objects.filter(document=letter.document_id, at__gte=letter.sent_at)
        change = later.order_by("-pk").first()
    return change if change is not None and change.after != ordinary_class() else None


def list_own_letters(actor: Actor) -> QuerySet[Letter]:
    """What the actor wrote, or others for the same company, newest first; of drafts only their own."""
    if not can_write_letters(actor):
        return Letter.objects.none()
    readable = ~Q(state=LetterState.DRAFT) | Q(writer=actor.person_number or "")
    return Letter.objects.filter(readable, sender=sender_of(actor)).order_by("-changed_at", "-pk").defer("body")


def list_letters_from_offices(actor: Actor) -> QuerySet[SentLetter]:
    """What offices sent to the actor, or the company they act for, newest first."""
    if not can_write_letters(actor):
        return SentLetter.objects.none()
    return SentLetter.objects.filter(recipient=sender_of(actor)).order_by("-sent_at", "-pk").defer("pdf", "words")


def find_addressee(key: str) -> Addressee | None:
    """The office that a key names today, or None."""
    agency_code, _between, unit_code = key.partition("#")
    try:
        agency = get_agency(agency_code)
        unit = get_unit_today(unit_code) if unit_code else None
    except LookupError:
        return None
    if unit is not None and unit.agency_code != agency_code:
        return None
    return Addressee(key, agency.title, unit.title if unit else None)


def takes_letters(agency_code: str) -> bool:
    """Whether the agency has units here that could take a letter in."""
    return any(unit.ended_on is None for unit in list_units(agency_code=agency_code))


def search_addressees(text: str, *, limit: int = 20) -> list[Addressee]:
    """Agencies that have every word of the text in their names in any language, then units that have them in their own
    and their agency's, the best first. Two queries, however many agencies there are.
    """
    words = text.casefold().split()[:_MOST_WORDS]
    taking = list_agencies_with_units()
    agencies = {one.code: one for one in list_agencies() if one.code in taking}
    named = {word: {code for code, one in agencies.items() if _has(word, one.title, code)} for word in words}
    found = [Addressee(code, one.title) for code, one in agencies.items() if all(code in named[word] for word in words)]
    units = search_units(words, agencies=named, limit=limit) if words else []
    found += [
        Addressee(f"{unit.agency_code}#{unit.code}", agencies[unit.agency_code].title, unit.title)
        for unit in units
        if unit.agency_code in agencies
    ]
    return found[:limit]


def _has(word: str, title: Text, code: str) -> bool:
    return word in " ".join((*title.values(), code)).casefold()
