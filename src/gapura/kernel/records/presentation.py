"""Holds and due disposals in the reader's words."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.records.queries import get_retention
from gapura.kernel.records.queries.disposal import Hold
from gapura.kernel.records.types import Due
from gapura.web.languages import localized


@dataclass(frozen=True, slots=True)
class ShownDue:
    title: Text
    ending: str
    rule: str
    began_before: datetime
    rows: int
    held: int


@dataclass(frozen=True, slots=True)
class ShownHold:
    number: str
    reason: str
    reference: str
    covers: str
    set_at: datetime


def present_due(due: Due) -> ShownDue:
    """One line of what is due; the rule is called by its title."""
    endings = {
        "destroy": _("Destroy"),
        "erase-content": _("Empty, keep that it was"),
        "erase-subject": _("Keep, take out whose it was"),
    }
    return ShownDue(
        due.title, endings[due.ending], _class_title(due.retention_class), due.began_before, due.rows, due.held
    )


def present_hold(hold: Hold) -> ShownHold:
    """One hold, the person's number masked: the officer knows it from the file."""
    mask = load(settings.GAPURA_JURISDICTION).person_numbers.mask
    covers = [
        mask(hold.person_number) if hold.person_number else "",
        hold.case_number,
        _class_title(hold.retention_class) if hold.retention_class else "",
    ]
    return ShownHold(
        hold.number, get_reason_title(hold.reason), hold.reference, " · ".join(filter(None, covers)), hold.set_at
    )


def get_reason_title(reason: str) -> str:
    """Why something is held."""
    return {"court": _("Court proceedings"), "audit": _("Audit"), "appeal": _("Appeal")}[reason]


def _class_title(code: str) -> str:
    return localized(get_retention()[code].title)
