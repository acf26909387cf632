"""Bars in the words of the desk."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from gapura.foundation.texts import Text
from gapura.kernel.catalogue.queries import get_agency
from gapura.sectors.justice.queries import NUMBERED_BY, BarEntry
from gapura.sectors.justice.types import BarAct, BarKind

KINDS = {BarKind.TRAVEL_BAN: _("Travel ban"), BarKind.WARRANT: _("Wanted notice")}
ACTS = {BarAct.ENTER: _("Enter"), BarAct.CHANGE: _("Change"), BarAct.LIFT: _("Lift")}


@dataclass(frozen=True, slots=True)
class ShownBar:
    """One bar; ``is_open``: it may still be changed or lifted."""

    kind: BarKind
    entry_id: int
    number: str
    ordered_by: Text
    valid_from: date
    valid_until: date | None
    stands: bool
    is_open: bool


def present_bar(kind: BarKind, entry: BarEntry, today: date) -> ShownBar:
    is_open = entry.valid_until is None or entry.valid_until > today
    return ShownBar(
        kind=kind,
        entry_id=entry.pk,
        number=getattr(entry, NUMBERED_BY[kind]),
        ordered_by=get_agency(entry.ordered_by).title,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        stands=is_open and entry.valid_from <= today,
        is_open=is_open,
    )
