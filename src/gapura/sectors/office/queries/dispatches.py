"""Where dispatched documents are, for the unit that sent them; and what came in, for the office that has it."""

from datetime import date

from django.db.models import Q, QuerySet

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_parts_of, list_units
from gapura.kernel.identity.types import AccessDenied, Unit
from gapura.sectors.office.models import Assignment, Dispatch, IncomingLetter, OfficialDocument
from gapura.sectors.office.permissions import can_take_in
from gapura.sectors.office.queries.documents import (
    access_document,
    cleared_classes,
    led_units,
    list_readable_documents,
    own_units,
)
from gapura.sectors.office.types import REGISTRAR, IncomingState


def access_dispatch(actor: Actor, code: str) -> Dispatch:
    """The dispatch, for whoever may read the document that was sent. Raises AccessDenied."""
    dispatch = Dispatch.objects.select_related("document", "follows").filter(code=code).first()
    if dispatch is None:
        raise AccessDenied
    access_document(actor, dispatch.document.code)
    return dispatch


def list_dispatches_of(document: OfficialDocument) -> list[Dispatch]:
    """Everything that was sent of the document, oldest first."""
    return list(document.dispatches.prefetch_related("steps").order_by("pk"))


def access_incoming(actor: Actor, code: str) -> IncomingLetter:
    """A letter that came to the actor's agency, for its registrars and whoever may read it. Raises AccessDenied."""
    letter = (
        IncomingLetter.objects.select_related("document").filter(code=code, agency_code=actor.agency_code or "").first()
    )
    if letter is None or actor.kind is not ActorKind.OFFICIAL:
        raise AccessDenied
    if letter.document is not None and letter.document.security not in cleared_classes(actor):
        raise AccessDenied  # also to the registrar who entered it before its class was raised
    if can_take_in(actor, letter, led=_led(actor)):
        return letter
    if letter.document is None:
        raise AccessDenied
    access_document(actor, letter.document.code)
    return letter


def is_registrar_of(actor: Actor, letter: IncomingLetter) -> bool:
    """Whether the actor takes letters in for the unit, or for the whole office."""
    return can_take_in(actor, letter, led=_led(actor))


def list_incoming(actor: Actor, *, box: str = "all", on: date | None = None) -> QuerySet[IncomingLetter]:
    """What came to the offices that the actor registers for or leads, and to their own unit once it was accepted.

    ``box``: ``new`` (to be accepted), ``open`` (to be answered), ``late`` (should have been before ``on``), ``all``.
    """
    accepted = Q(state=IncomingState.ACCEPTED)
    seen = accepted & Q(unit_code__in=own_units(actor)) | Q(unit_code__in=_led(actor))
    if REGISTRAR in actor.roles:
        seen |= Q(office_code=actor.office_code or "")
    seen &= Q(document__isnull=True) | Q(document__security__in=cleared_classes(actor))
    letters = IncomingLetter.objects.filter(seen, agency_code=actor.agency_code or "").select_related("document")
    to_answer = accepted & Q(answer_due_on__isnull=False, answered_at__isnull=True)
    if box == "new":
        return letters.filter(state=IncomingState.ARRIVED).order_by("-urgent", "arrived_at")
    if box == "open":
        return letters.filter(to_answer).order_by("answer_due_on", "pk")
    if box == "late":
        return letters.filter(to_answer, answer_due_on__lt=on).order_by("answer_due_on", "pk")
    return letters.order_by("-arrived_at", "-pk")


def list_registering_units(actor: Actor) -> list[Unit]:
    """The units that the actor takes letters in for: those they lead, and all of the office for its registrars."""
    led = _led(actor)
    units = [unit for unit in list_units(agency_code=actor.agency_code or "") if unit.ended_on is None]
    return [
        unit
        for unit in units
        if can_take_in(
            actor,
            IncomingLetter(agency_code=unit.agency_code, office_code=unit.office_code, unit_code=unit.code),
            led=led,
        )
    ]


def list_assignments(letter: IncomingLetter) -> list[Assignment]:
    """Who has or had the letter, the first first."""
    return list(Assignment.objects.filter(document_id=letter.document_id).order_by("pk")) if letter.document_id else []


def has_assignment(actor: Actor, letter: IncomingLetter) -> bool:
    """Whether the actor, or a unit of theirs, deals with the letter now."""
    holders = {f"post:{actor.post_code}", *(f"unit:{unit}" for unit in own_units(actor))}
    return any(one.holder in holders and one.ended_at is None for one in list_assignments(letter))


def _led(actor: Actor) -> list[str]:
    return list_parts_of(led_units(actor))


def list_dispatches(actor: Actor) -> QuerySet[Dispatch]:
    """What the official's own units and those they lead sent, the last first; what they may not read is not there."""
    units = {*own_units(actor), *_led(actor)}
    sent = Dispatch.objects.filter(agency_code=actor.agency_code or "", unit_code__in=units)
    readable = list_readable_documents(actor).values("pk")
    return sent.filter(document__in=readable).select_related("document").order_by("-pk")
