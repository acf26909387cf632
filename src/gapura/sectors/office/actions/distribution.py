"""Handing an accepted letter to those who deal with it, until when, and noting that they are done."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_unit_today, list_posts_named
from gapura.kernel.identity.types import AccessDenied, UnknownUnit
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.answers import HANDLE
from gapura.sectors.office.actions.letter_posting import follow_letter
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.actions.receipt import DISTRIBUTE
from gapura.sectors.office.models import Assignment, IncomingLetter, OfficialDocument
from gapura.sectors.office.queries.dispatches import access_incoming, is_registrar_of
from gapura.sectors.office.queries.documents import own_units
from gapura.sectors.office.types import AssignmentEnd, CameBy, CannotReceive, IncomingState, LetterState, ReaderGround


def distribute_document(
    *,
    actor: Actor,
    code: str,
    holders: Sequence[str],
    note: str = "",
    due_on: date | None = None,
    now: datetime,
) -> list[Assignment]:
    """Hand the accepted letter ``code`` to units and posts (``unit:…``, ``post:…``) of the agency.

    For registrars of the office, who leads the unit, and who has it now: they may hand it further. Whoever has it
    already keeps it once. Raises AccessDenied, CannotReceive.
    """
    letter = access_incoming(actor, code)
    with transaction.atomic():
        letter = IncomingLetter.objects.select_for_update().select_related(None).get(pk=letter.pk)
        document = _handed(letter)
        if not (is_registrar_of(actor, letter) or _has_it(actor, document)):
            raise AccessDenied
        if not holders:
            raise CannotReceive(_("Name at least one unit or post that shall deal with it."))
        until = due_on or letter.answer_due_on
        made = [_assign(actor, letter, document, holder, note, until, now) for holder in dict.fromkeys(holders)]
        close_work(kind=DISTRIBUTE, object_ref=f"incoming:{letter.code}", now=now)
        if letter.came_by == CameBy.PORTAL:
            follow_letter(actor=actor, code=letter.code, state=LetterState.HANDLED, note=made[0].holder_label, now=now)
        record_event(
            actor=actor,
            action="office.letter_distributed",
            object_ref=f"incoming:{letter.code}",
            detail={"to": [one.holder for one in made], "due_on": until.isoformat() if until else ""},
        )
    return made


def finish_assignment(*, actor: Actor, code: str, note: str, now: datetime) -> int:
    """Those who have the letter ``code`` are done with it, without an answer by letter. How many had it. Twice is once.

    Raises AccessDenied, CannotReceive.
    """
    letter = access_incoming(actor, code)
    with transaction.atomic():
        document = _handed(IncomingLetter.objects.select_for_update().get(pk=letter.pk))
        if not note.strip():
            raise CannotReceive(_("Say in a few words what was done."))
        mine = list(_mine(actor, document))
        for one in mine:
            one.ended_at, one.end, one.end_note = now, AssignmentEnd.DONE.value, note.strip()[:300]
            one.save()
            close_work(
                kind=HANDLE,
                object_ref=f"document:{document.code}",
                holder=Holder(document.agency_code, one.holder),
                now=now,
            )
        if mine:
            record_event(
                actor=actor, action="office.letter_handled", object_ref=f"incoming:{letter.code}", detail={"note": note}
            )
    return len(mine)


def _assign(
    actor: Actor,
    letter: IncomingLetter,
    document: OfficialDocument,
    holder: str,
    note: str,
    due_on: date | None,
    now: datetime,
) -> Assignment:
    label = _label_of(letter.agency_code, holder)
    assignment, is_new = Assignment.objects.get_or_create(
        document=document,
        holder=holder,
        ended_at=None,
        defaults={
            "agency_code": letter.agency_code,
            "holder_label": label[:200],
            "note": note.strip()[:300],
            "due_on": due_on,
            "assigned_by_label": actor.label[:120],
            "assigned_at": now,
        },
    )
    if is_new:
        name_reader(
            document=document,
            holder=holder,
            agency_code=letter.agency_code,
            ground=ReaderGround.HANDLER,
            named_by=actor.label,
            now=now,
        )
    open_work(
        kind=HANDLE,
        object_ref=f"document:{document.code}",
        holder=Holder(letter.agency_code, holder),
        title=document.title,
        path=f"/desk/office/incoming/{letter.code}/",
        sender=letter.sender_label[:120],
        due_on=due_on,
        urgent=letter.urgent,
        now=now,
    )
    return assignment


def _handed(letter: IncomingLetter) -> OfficialDocument:
    if letter.document is None or letter.state != IncomingState.ACCEPTED:
        raise CannotReceive(_("Accept the letter first; then it can be handed out."))
    return letter.document


def _mine(actor: Actor, document: OfficialDocument) -> QuerySet[Assignment]:
    holders = [f"post:{actor.post_code}", *(f"unit:{unit}" for unit in own_units(actor))]
    return Assignment.objects.filter(document=document, ended_at__isnull=True, holder__in=holders)


def _has_it(actor: Actor, document: OfficialDocument) -> bool:
    return _mine(actor, document).exists()


def _label_of(agency_code: str, holder: str) -> str:
    """What people call the unit or post; only those of the agency that work today. Raises CannotReceive."""
    kind, _colon, code = holder.partition(":")
    if kind == "unit":
        try:
            unit = get_unit_today(code)
        except UnknownUnit:
            unit = None
        if unit and unit.agency_code == agency_code and unit.code == code:
            return in_language(unit.title, settings.LANGUAGE_CODE)
    if kind == "post" and (post := list_posts_named([code]).get(code)) and post.agency_code == agency_code:
        return in_language(post.title, settings.LANGUAGE_CODE)
    raise CannotReceive(_("One of the receivers is no unit or post of this agency today. Choose from the list."))
