from collections.abc import Collection

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import Relation
from gapura.sectors.office.models import CalendarEntry, IncomingLetter, Letter, Meeting, OfficialDocument, SentLetter
from gapura.sectors.office.rules import audience, memberships
from gapura.sectors.office.types import (
    ARCHIVIST,
    DISCLOSURE_ROLE,
    REGISTRAR,
    ROOMS_ROLE,
    DocumentStatus,
    GuestRole,
    LetterState,
    Privacy,
    ReaderGround,
)


def can_read_document(
    actor: Actor,
    document: OfficialDocument,
    *,
    own_units: list[str],
    leads: list[str],
    units: list[str],
    cleared: Collection[str],
) -> bool:
    """``own_units``, ``leads`` and ``cleared`` (classes) are the actor's, ``units`` the document's with those above."""
    if actor.kind is not ActorKind.OFFICIAL or document.security not in cleared:
        return False
    words = audience(
        document.reach,
        agency_code=document.agency_code,
        office_code=document.office_code,
        units=units,
        holders=[reader.holder for reader in document.readers.all()],
    )
    return bool(
        words
        & memberships(
            post_code=actor.post_code or "",
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            units=own_units,
            leads=leads,
        )
    )


def can_edit_document(actor: Actor, document: OfficialDocument) -> bool:
    """The drafter's post and those asked to write with it, while nobody has registered or refused it."""
    if document.status not in (DocumentStatus.DRAFT, DocumentStatus.ON_LINE):
        return False
    writers = {
        reader.holder
        for reader in document.readers.all()
        if reader.ground in (ReaderGround.DRAFTER, ReaderGround.CO_DRAFTER)
    }
    return f"post:{actor.post_code}" in writers or f"unit:{actor.unit_code}" in writers


def can_change_security(actor: Actor, document: OfficialDocument, *, leads: bool) -> bool:
    """Who answers for the unit that made it, of its agency; for both classes they must be cleared as well."""
    is_record = document.status == DocumentStatus.REGISTERED
    return leads and is_record and actor.kind is ActorKind.OFFICIAL and actor.agency_code == document.agency_code


def can_write_letters(actor: Actor) -> bool:
    """A proven resident, for themselves or for the company they represent."""
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None:
        return False
    return actor.principal is None or actor.mandate.partition(":")[0] == Relation.COMPANY


def sender_of(actor: Actor) -> str:
    """Whose letters the actor writes and reads: the company's while they act for one, else their own."""
    return actor.principal or actor.person_number or ""


def can_read_letter(actor: Actor, letter: Letter) -> bool:
    """Its sender; a draft, nobody but who writes it. The office reads the document that it becomes."""
    if not can_write_letters(actor) or letter.sender != sender_of(actor):
        return False
    return letter.state != LetterState.DRAFT or letter.writer == actor.person_number


def can_read_sent_letter(actor: Actor, letter: SentLetter) -> bool:
    """Whom the office sent it to."""
    return can_write_letters(actor) and letter.recipient == sender_of(actor)


def can_disclose(actor: Actor) -> bool:
    """An information officer in their post."""
    return actor.kind is ActorKind.OFFICIAL and DISCLOSURE_ROLE in actor.roles


def can_see_meeting(actor: Actor, meeting: Meeting, *, leads: bool) -> bool:
    """Who asked for it, who is to agree to it, who is invited, and who answers for the unit (``leads``)."""
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code:
        return False
    invited = {guest.post_code for guest in meeting.guests.all()}
    return leads or actor.post_code in invited | {meeting.organizer_post, meeting.approver_post}


def can_run_meeting(actor: Actor, meeting: Meeting) -> bool:
    """Who asked for it and who chairs it."""
    chairs = {guest.post_code for guest in meeting.guests.all() if guest.role == GuestRole.CHAIR}
    return (
        actor.kind is ActorKind.OFFICIAL
        and bool(actor.post_code)
        and actor.post_code in chairs | {meeting.organizer_post}
    )


def can_agree_to_meeting(actor: Actor, meeting: Meeting, *, leads: bool) -> bool:
    """Who was asked, or answers for the unit; never the person who asked for it."""
    if actor.kind is not ActorKind.OFFICIAL or actor.person_number == meeting.organizer_person:
        return False
    return leads or actor.post_code == meeting.approver_post


def can_keep_rooms(actor: Actor) -> bool:
    """Who keeps the rooms of an office."""
    return actor.kind is ActorKind.OFFICIAL and ROOMS_ROLE in actor.roles


def can_change_entry(actor: Actor, entry: CalendarEntry) -> bool:
    """The post's own, one's unit's, and those of the agency that one entered oneself; private ones who made them."""
    if actor.kind is not ActorKind.OFFICIAL:
        return False
    if entry.privacy == Privacy.PRIVATE or entry.holder.startswith("agency:"):
        return bool(actor.person_number) and entry.made_by_person == actor.person_number
    return entry.holder in (f"post:{actor.post_code}", f"unit:{actor.unit_code}")


def can_dispatch(actor: Actor, document: OfficialDocument, *, own_units: list[str]) -> bool:
    """Who belongs to the unit that made it, or registers for its office."""
    if actor.kind is not ActorKind.OFFICIAL or actor.agency_code != document.agency_code:
        return False
    keeps_the_mail = REGISTRAR in actor.roles and (actor.office_code or "") == document.office_code
    return keeps_the_mail or document.unit_code in own_units


def can_take_in(actor: Actor, letter: IncomingLetter, *, led: list[str]) -> bool:
    """Registrars of the office, and who leads the unit: they accept, return, hand out. Nobody else sees it before."""
    if actor.kind is not ActorKind.OFFICIAL or actor.agency_code != letter.agency_code:
        return False
    keeps_the_mail = REGISTRAR in actor.roles and (actor.office_code or "") == letter.office_code
    return keeps_the_mail or letter.unit_code in led


def is_archivist(actor: Actor) -> bool:
    """An official with the archivist's role; which folders is for the queries to say."""
    return actor.kind is ActorKind.OFFICIAL and ARCHIVIST in actor.roles
