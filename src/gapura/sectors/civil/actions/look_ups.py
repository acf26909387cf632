"""Opening somebody's registers: on a named ground, counted, logged, then read through the exchange."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import access_case
from gapura.kernel.cases.types import CaseNotFound
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.types import Evidence, EvidenceRequest
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish
from gapura.sectors.civil.events import LookUpOpened
from gapura.sectors.civil.models import LookUp, PersonEntry
from gapura.sectors.civil.permissions import can_look_up
from gapura.sectors.civil.queries.look_ups import (
    access_look_up,
    find_numbers_by_name,
    get_look_up_ground,
)
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import CannotLookUp, LookUpQuery


def open_look_up(*, actor: Actor, query: LookUpQuery, now: datetime) -> LookUp:
    """Find one person under a named ground; kept also when nobody was found (no ``person_number``).

    Raises AccessDenied without the role; CannotLookUp when the ground needs a case of the office, nothing
    says why, the name fits several persons, or the day's ceiling is reached. Publishes LookUpOpened.
    """
    if not can_look_up(actor):
        raise AccessDenied
    _check_ground(actor, query)
    with transaction.atomic():
        _check_ceiling(actor, now)
        look_up = LookUp.objects.create(
            number=f"LU{new_code(9)}",
            person_number=_find_person(actor, query),
            official=actor.reference,
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            ground=query.ground,
            case_number=query.case_number,
            reason=query.reason,
            opened_at=now,
            official_person=actor.person_number or "",
        )
        _record(actor, look_up)
        publish(LookUpOpened(look_up.number, actor.reference, found=look_up.person_number != ""))
    return look_up


def view_register(
    *, actor: Actor, look_up_number: str, register: str, as_of: date, known_at: datetime | None, now: datetime
) -> list[Evidence]:
    """Read one register of the person looked up, as the person will see it in their own list of accesses.

    One answer for each evidence type of the register. Raises AccessDenied for a look-up that is not the
    actor's own of today or an unknown register, and what the exchange raises.
    """
    look_up = access_look_up(actor, look_up_number, today=local_day(now, settings.TIME_ZONE))
    if register not in REGISTERS:
        raise AccessDenied
    requests = [_request(look_up, code, as_of, known_at) for code in REGISTERS[register].evidence_types]
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=requests, now=now)
    return [answer for answer in answer_requests(opened) if isinstance(answer, Evidence)]


def _check_ground(actor: Actor, query: LookUpQuery) -> None:
    ground = get_look_up_ground(query.ground)
    if ground.needs_case and not query.case_number:
        raise CannotLookUp(_("This ground holds only for a case: give the number of the case you work on."))
    if not query.case_number and not query.reason:
        raise CannotLookUp(_("Give a case number, or say in a sentence why you open the register."))
    if query.case_number:
        try:
            access_case(actor, query.case_number)
        except CaseNotFound:
            raise CannotLookUp(
                _("Your office works no case with this number; check the number with the applicant.")
            ) from None


def _check_ceiling(actor: Actor, now: datetime) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    midnight = datetime.combine(local_day(now, settings.TIME_ZONE), time(), zone)
    opened = LookUp.objects.filter(official=actor.reference, opened_at__gte=midnight).count()
    if opened >= get_limit("register_lookups_per_day"):
        raise CannotLookUp(
            _("You have reached today's limit of look-ups. Your supervisor can see them and work with you.")
        )


def _find_person(actor: Actor, query: LookUpQuery) -> str:
    number = _find_number(query)
    if number and number == actor.person_number:
        raise CannotLookUp(_("These are your own data; read them in the portal like everybody."))
    return number


def _find_number(query: LookUpQuery) -> str:
    if query.number:
        return query.number if PersonEntry.objects.filter(number=query.number).exists() else ""
    if not (query.full_name and query.birth_on):
        raise CannotLookUp(_("Give the person number, or the full name and the date of birth."))
    numbers = find_numbers_by_name(query.full_name, query.birth_on)
    if len(numbers) > 1:
        raise CannotLookUp(_("Several persons have this name and date of birth; ask for the person number."))
    return numbers[0] if numbers else ""


def _record(actor: Actor, look_up: LookUp) -> None:
    record_event(
        actor=actor,
        action="civil.look_up_opened",
        subject=look_up.person_number or None,
        object_ref=f"look-up:{look_up.number}",
        case_number=look_up.case_number,
        detail={"ground": look_up.ground, "reason": look_up.reason},
    )


def _request(look_up: LookUp, evidence_type: str, as_of: date, known_at: datetime | None) -> EvidenceRequest:
    ground, declared = get_look_up_ground(look_up.ground), find_evidence_type(evidence_type)
    return EvidenceRequest(
        evidence_type=evidence_type,
        subject=look_up.person_number,
        consumer=look_up.agency_code,
        case_number=look_up.case_number or look_up.number,
        legal_ground=ground.legal_ground,
        purpose=ground.purpose,
        as_of=as_of,
        known_at=known_at,
        fields=declared.field_codes if declared else frozenset(),
    )
