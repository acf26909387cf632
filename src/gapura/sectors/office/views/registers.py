"""The registers of a unit: to look through, to take along as a table, to print as a book."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import Unit
from gapura.sectors.office.forms.registering import RegisterForm
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.queries.registers import (
    RegisterFilters,
    count_hidden,
    list_register,
    list_register_units,
    list_register_years,
)
from gapura.sectors.office.types import Direction
from gapura.web.languages import reader_language
from gapura.web.tables import as_csv_file

PAGE = 50
LONGEST_PRINT = 5_000
DIRECTIONS = {
    Direction.INCOMING: gettext_lazy("Come in"),
    Direction.OUTGOING: gettext_lazy("Gone out"),
    Direction.INTERNAL: gettext_lazy("Internal"),
}


@require_safe
def show_register(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    units = list_register_units(actor)
    filters = _filters(request, actor, units)
    page = Paginator(list_register(actor, filters) if filters else OfficialDocument.objects.none(), PAGE)
    context: dict[str, Any] = {
        "form": _form(request, filters, units),
        "filters": filters,
        "direction": DIRECTIONS[filters.direction] if filters else "",
        "is_incoming": filters is not None and filters.direction == Direction.INCOMING,
        "page": page.get_page(request.GET.get("page")),
        "hidden": count_hidden(actor, replace(filters, words="")) if filters else 0,
        "query": _query(filters),
        "units": units,
    }
    return render(request, "office/register.html", context)


@require_safe
def send_register(request: HttpRequest) -> HttpResponse:
    """The book as a table for a spreadsheet."""
    actor = access_official(request)
    filters = _filters(request, actor, list_register_units(actor))
    entries = list_register(actor, filters)[:LONGEST_PRINT] if filters else []
    name = f"register-{filters.direction}-{filters.year}" if filters else "register"
    return as_csv_file(name, _headings(), [_cells(entry) for entry in entries])


@require_safe
def show_book(request: HttpRequest) -> HttpResponse:
    """The whole book on one page, the first number first, as it is printed and bound."""
    actor = access_official(request)
    units = list_register_units(actor)
    filters = _filters(request, actor, units)
    entries = list_register(actor, filters).order_by("serial")[:LONGEST_PRINT] if filters else []
    titles = {unit.code: in_language(unit.title, reader_language()) for unit in units}
    context = {
        "headings": _headings(),
        "rows": [_cells(entry) for entry in entries],
        "unit": titles.get(filters.unit_code, "") if filters else "",
        "filters": filters,
        "direction": DIRECTIONS[filters.direction] if filters else "",
        "query": _query(filters),
    }
    return render(request, "office/register_book.html", context)


def _filters(request: HttpRequest, actor: Actor, units: list[Unit]) -> RegisterFilters | None:
    """What the address asks for; what it gets wrong is as if it were not said. None: the official has no register."""
    known = [unit.code for unit in units]
    if not known:
        return None
    asked = request.GET
    own = actor.unit_code if actor.unit_code in known else known[0]
    direction = asked.get("direction", "")
    year = asked.get("year", "")
    return RegisterFilters(
        unit_code=asked["unit"] if asked.get("unit") in known else own,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else _today().year,
        direction=Direction(direction) if direction in {one.value for one in Direction} else Direction.INCOMING,
        words=asked.get("q", "")[:80],
    )


def _form(request: HttpRequest, filters: RegisterFilters | None, units: list[Unit]) -> RegisterForm:
    years = list_register_years(filters.unit_code, today=_today()) if filters else []
    initial = {"unit": filters.unit_code, "direction": filters.direction.value} if filters else {}
    if filters:
        initial |= {"year": str(filters.year), "q": filters.words}
    return RegisterForm(
        units=[(unit.code, in_language(unit.title, reader_language())) for unit in units],
        directions=[(one.value, str(title)) for one, title in DIRECTIONS.items()],
        years=[(str(year), str(year)) for year in years],
        initial=initial,
    )


def _query(filters: RegisterFilters | None) -> str:
    if filters is None:
        return ""
    asked = {"unit": filters.unit_code, "direction": filters.direction, "year": filters.year, "q": filters.words}
    return urlencode(asked)


def _headings() -> list[str]:
    return [
        _("Serial number"),
        _("Number of the paper"),
        _("Registered"),
        _("About"),
        _("Task"),
        _("From whom"),
        _("Their number"),
        _("To be answered by"),
    ]


def _cells(entry: OfficialDocument) -> list[str]:
    arrival = getattr(entry, "arrival", None)
    day = clock.local_day(entry.registered_at, settings.TIME_ZONE).isoformat() if entry.registered_at else ""
    due = arrival.answer_due_on.isoformat() if arrival and arrival.answer_due_on else ""
    sender, number = (arrival.sender_label, arrival.their_number) if arrival else (entry.drafter_label, "")
    return [str(entry.serial), entry.number, day, entry.title, entry.task_code, sender, number, due]


def _today() -> date:
    return clock.today(settings.TIME_ZONE)
