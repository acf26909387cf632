"""What stands of a reporter's statement in the registers, and how a delivery changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import correct_entry, end_entry, record_new_entries
from gapura.kernel.registers.plugin import RegisterEntry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.withholding.models import Delivery, ItemEntry, SlipEntry, Statement
from gapura.sectors.withholding.types import Form, ReportedRow


@dataclass(frozen=True, slots=True)
class _Register:
    """How the columns of a form's register are called that name the reporter and the row's own number."""

    entry: type[RegisterEntry]
    reporter: str
    reporter_name: str
    number: str


_REGISTERS = {
    Form.SLIPS: _Register(SlipEntry, "employer_number", "employer_name", "slip_number"),
    Form.ITEMS: _Register(ItemEntry, "provider_number", "provider_name", "item_number"),
}


@dataclass(frozen=True, slots=True)
class Filed:
    """What the register believes of one row of this reporter, taken back (``stands`` is False) or not."""

    person: str
    number: str
    tax_year: int
    stands: bool
    facts: Mapping[str, Any]


def list_filed(statement: Statement) -> list[Filed]:
    """Every believed entry of the reporter on the form, of any year: a number is used once."""
    register = _REGISTERS[Form(statement.form)]
    entries = register.entry.objects.filter(**{register.reporter: statement.reporter_number}).known_at(None)
    return [
        Filed(one["number"], one[register.number], one["tax_year"], one["valid_until"] is None, one)
        for one in entries.order_by("pk").values()
    ]


def store_rows(
    *,
    actor: Actor,
    delivery: Delivery,
    rows: Sequence[ReportedRow],
    filed: Sequence[Filed],
    is_whole: bool,
    now: datetime,
) -> dict[str, int]:
    """Write new rows, correct changed ones, and where the delivery is whole take back what it does not name.

    In the caller's transaction, which holds the statement. The counts by column of the delivery. Publishes
    RegisterChanged for every person concerned.
    """
    register, year = _REGISTERS[Form(delivery.statement.form)], delivery.statement.tax_year
    source, today = Source(SourceKind.IMPORT, delivery.number), local_day(now, settings.TIME_ZONE)
    reporter = {register.reporter: delivery.reporter_number, register.reporter_name: delivery.reporter_name}
    before = {one.number: one for one in filed}
    counts = dict.fromkeys(("rows_new", "rows_changed", "rows_unchanged", "rows_taken_back"), 0)
    new: list[RegisterEntry] = []
    for row in rows:
        facts: dict[str, Any] = {**row.facts, **reporter}
        if (old := before.get(row.number)) is None:
            new.append(register.entry(**facts | {"number": row.person, "reported_on": today}))
        elif old.stands and all(old.facts[name] == value for name, value in facts.items()):
            counts["rows_unchanged"] += 1
        else:
            changes = facts | {"valid_until": None, "reported_on": today}
            correct_entry(actor=actor, entry=_entry(register, old), changes=changes, source=source, now=now)
            counts["rows_changed"] += 1
    record_new_entries(actor=actor, entries=new, source=source, now=now)
    counts["rows_new"] = len(new)
    named = {row.number for row in rows}
    for old in filed if is_whole else ():
        if old.stands and old.tax_year == year and old.number not in named:
            entry = _entry(register, old)
            ended_on = max(today, entry.valid_from + timedelta(days=1))
            end_entry(actor=actor, entry=entry, ended_on=ended_on, source=source, now=now)
            counts["rows_taken_back"] += 1
    return counts


def _entry(register: _Register, filed: Filed) -> RegisterEntry:
    return register.entry(**filed.facts)
