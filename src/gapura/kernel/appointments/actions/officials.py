"""Officials as their agency's personnel system names them, and the end of their employment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.kernel.appointments.actions.orders import country_day, end_order, order_appointment, settle_orders_of
from gapura.kernel.appointments.events import EmploymentEnded
from gapura.kernel.appointments.models import AppointmentOrder, EmergencyAccess, Official
from gapura.kernel.appointments.permissions import can_order
from gapura.kernel.appointments.queries import access_official, list_officials, list_open_orders
from gapura.kernel.appointments.types import CannotOrder, NotUnique, OfficialFacts, OrderKind
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions import end_appointment, stop_account
from gapura.kernel.identity.queries import find_account_of, list_holders
from gapura.kernel.outbox.actions import publish


def register_official(*, actor: Actor, facts: OfficialFacts, now: datetime) -> Official:
    """Note that somebody works for the actor's agency. Gives no power. Raises NotUnique, CannotOrder."""
    _require_entitled(actor)
    official = Official(agency_code=actor.agency_code or "", created_at=now, changed_at=now, **_columns(facts))
    with transaction.atomic():
        _save_unique(official, force_insert=True)
        _record(actor, "appointments.official_registered", official)
    return official


def change_official(*, actor: Actor, official_id: UUID, facts: OfficialFacts, now: datetime) -> Official:
    """Replace what the agency says of the official. ``active`` false ends their employment at once.

    Raises AccessDenied, NotUnique, and CannotOrder when the person would change after an order was taken up.
    """
    _require_entitled(actor)
    with transaction.atomic():
        official = access_official(actor.agency_code or "", official_id, for_update=True)
        was_active, was_person = official.active, official.person_number
        if facts.person_number != was_person and official.orders.exclude(subject_person="").exists():
            raise CannotOrder(_("An order was taken up for this person; end this official and register another one."))
        for name, value in _columns(facts).items():
            setattr(official, name, value)
        official.version, official.changed_at = official.version + 1, now
        _save_unique(official)
        _record(actor, "appointments.official_changed", official)
        if was_active and not official.active:
            _end_employment(actor, official, now)
        if official.person_number and official.person_number != was_person:
            settle_orders_of(actor=actor, person_number=official.person_number, now=now)
    return official


def delete_official(*, actor: Actor, official_id: UUID, now: datetime) -> None:
    """End the employment and forget the name: to the agency the official is absent from now on. Raises as above."""
    _require_entitled(actor)
    with transaction.atomic():
        official = access_official(actor.agency_code or "", official_id, for_update=True)
        official.active, official.ended_at, official.changed_at = False, now, now
        official.save()
        _end_employment(actor, official, now)


def end_powers_of_the_dead(*, actor: Actor, person_number: str, now: datetime) -> int:
    """Every employment and post of the person ends, and nobody signs in with their account. How many employments ended.

    Safe to repeat. A counter alone opens the account again.
    """
    with transaction.atomic():
        employed = list(Official.objects.select_for_update().filter(person_number=person_number, active=True))
        for official in employed:
            official.active, official.changed_at, official.version = False, now, official.version + 1
            official.save()
            _end_employment(actor, official, now)
        if account := find_account_of(person_number):
            stop_account(actor=actor, account_id=account.account_id, way="death", now=now)
    return len(employed)


def order_at_desk(
    *,
    actor: Actor,
    person_number: str,
    display_name: str,
    post_code: str,
    kind: OrderKind,
    number: str,
    valid_from: date,
    valid_until: date | None,
    now: datetime,
) -> AppointmentOrder:
    """Order an appointment for the official with this number, who is registered first where the agency knows them not.

    Raises as ``order_appointment`` does.
    """
    with transaction.atomic():
        known = list_officials(actor.agency_code or "").filter(person_number=person_number).first()
        official = known or register_official(
            actor=actor,
            facts=OfficialFacts(person_number, display_name, person_number, "", True, {}),
            now=now,
        )
        return order_appointment(
            actor=actor,
            official_id=official.pk,
            post_code=post_code,
            kind=kind,
            number=number,
            valid_from=valid_from,
            valid_until=valid_until,
            now=now,
        )


def record_people_export(*, actor: Actor, lines: int) -> None:
    """Note that the list of people and powers left the house as a file."""
    record_event(
        actor=actor,
        action="appointments.people_exported",
        object_ref=f"agency:{actor.agency_code}",
        detail={"lines": lines},
    )


def _end_employment(actor: Actor, official: Official, now: datetime) -> None:
    """Every order and every appointment in the agency, also one that no order of ours explains."""
    today = country_day(now)
    for order in list_open_orders(today).filter(official=official):
        end_order(actor=actor, order=order, now=now)
    account = find_account_of(official.person_number) if official.person_number else None
    if account is not None:
        for holder in list_holders(agency_code=official.agency_code, on=today, account_id=account.account_id):
            end_appointment(
                actor=actor,
                account_id=account.account_id,
                post_code=holder.post.code,
                on=max(today, holder.valid_from),
            )
        running = EmergencyAccess.objects.filter(person_number=official.person_number, until__gt=now)
        running.filter(agency_code=official.agency_code).update(until=now)
    _record(actor, "appointments.employment_ended", official)
    publish(EmploymentEnded(official_id=str(official.pk), agency_code=official.agency_code))


def _require_entitled(actor: Actor) -> None:
    if not can_order(actor, actor.agency_code or "", actor.office_code or ""):
        raise CannotOrder(_("Only the agency's personnel system or a personnel officer may do this."))


def _columns(facts: OfficialFacts) -> dict[str, Any]:
    return {
        "user_name": facts.user_name,
        "user_name_key": facts.user_name.casefold(),
        "display_name": facts.display_name,
        "person_number": facts.person_number,
        "external_id": facts.external_id,
        "active": facts.active,
        "attributes": dict(facts.attributes),
    }


def _save_unique(official: Official, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            official.save(force_insert=force_insert)
    except IntegrityError as error:
        raise NotUnique(_("Another official of the agency has this user name or person number.")) from error


def _record(actor: Actor, action: str, official: Official) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=official.person_number or None,
        object_ref=f"official:{official.pk}",
        detail={"active": official.active, "version": official.version},
    )
