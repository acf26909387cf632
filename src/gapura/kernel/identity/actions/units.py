"""Making the parts of an office, placing posts in them, and merging one into another."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions.accounts import touch_authority
from gapura.kernel.identity.events import UnitsMerged
from gapura.kernel.identity.models import Appointment
from gapura.kernel.identity.models import Post as PostRow
from gapura.kernel.identity.models import Unit as UnitRow
from gapura.kernel.identity.types import CannotChangeUnit
from gapura.kernel.outbox.actions import publish


def create_unit(*, actor: Actor, code: str, agency_code: str, office_code: str, title: Text, parent: str = "") -> None:
    """A part of an office, below ``parent`` where one is named. Raises CannotChangeUnit."""
    with transaction.atomic():
        above = _living(parent) if parent else None
        if above is not None and above.agency_code != agency_code:
            raise CannotChangeUnit(_("A unit belongs to the agency of the unit that it is part of."))
        UnitRow.objects.create(
            code=code, agency_code=agency_code, office_code=office_code, title=dict(title), parent=above
        )
        record_event(actor=actor, action="identity.unit_created", object_ref=f"unit:{code}", detail={"parent": parent})


def place_post(*, actor: Actor, code: str, unit_code: str, rank: str) -> None:
    """Let the post work in the unit with the rank; whoever holds it does from their next request on.

    Raises CannotChangeUnit when the unit has ended or belongs to another agency.
    """
    with transaction.atomic():
        unit = _living(unit_code)
        if not PostRow.objects.filter(code=code, agency_code=unit.agency_code).update(unit=unit, rank=rank):
            raise CannotChangeUnit(_("A post works in a unit of its own agency."))
        _touch(code)
        record_event(
            actor=actor,
            action="identity.post_placed",
            object_ref=f"post:{code}",
            detail={"unit": unit_code, "rank": rank},
        )


def merge_units(*, actor: Actor, code: str, successor: str, on: date) -> None:
    """End a unit: its posts and parts become the successor's, and its open work follows. Publishes UnitsMerged.

    Raises CannotChangeUnit when either has ended, they are of two agencies, or the successor is part of it.
    """
    with transaction.atomic():
        unit, taker = _living(code), _living(successor)
        if unit.agency_code != taker.agency_code or unit == taker:
            raise CannotChangeUnit(_("A unit can be merged into another unit of its own agency."))
        if _is_below(taker, unit):
            raise CannotChangeUnit(_("The unit that takes over is part of the one that ends; move it out first."))
        for post in PostRow.objects.filter(unit=unit):
            _touch(post.code)
        PostRow.objects.filter(unit=unit).update(unit=taker)
        UnitRow.objects.filter(parent=unit).update(parent=taker)
        UnitRow.objects.filter(pk=code).update(successor=taker, ended_on=on)
        record_event(
            actor=actor, action="identity.units_merged", object_ref=f"unit:{code}", detail={"successor": successor}
        )
        publish(UnitsMerged(code=code, successor=successor))


def _living(code: str) -> UnitRow:
    unit = UnitRow.objects.select_for_update().filter(pk=code, ended_on__isnull=True).first()
    if unit is None:
        raise CannotChangeUnit(_("There is no such unit, or it has ended. Choose one that works today."))
    return unit


def _is_below(unit: UnitRow, above: UnitRow) -> bool:
    at: UnitRow | None = unit
    while at is not None:
        if at == above:
            return True
        at = at.parent
    return False


def _touch(post_code: str) -> None:
    for account_id in set(Appointment.objects.filter(post_id=post_code).values_list("account_id", flat=True)):
        touch_authority(account_id)
