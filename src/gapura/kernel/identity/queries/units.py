"""The units of agencies, and who took over whose work."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Case, Q, Value, When

from gapura.kernel.identity.models import Unit as UnitRow
from gapura.kernel.identity.types import Unit, UnknownUnit


def get_unit(code: str) -> Unit:
    """The unit with this code. Raises UnknownUnit."""
    row = UnitRow.objects.filter(code=code).first()
    if row is None:
        raise UnknownUnit(f"No unit is called {code!r}.")
    return _unit(row)


def list_units_named(codes: Collection[str]) -> dict[str, Unit]:
    """The units with these codes, by code; unknown ones are absent."""
    return {row.code: _unit(row) for row in UnitRow.objects.filter(code__in=codes)}


def get_unit_today(code: str) -> Unit:
    """The unit that has the work of ``code`` now: itself, or who took it over, however often. Raises UnknownUnit."""
    unit = get_unit(code)
    while unit.successor:
        unit = get_unit(unit.successor)
    return unit


def list_units(*, agency_code: str, office_code: str | None = None) -> list[Unit]:
    """All units of an agency, or of one of its offices, ended ones too, by code."""
    rows = UnitRow.objects.filter(agency_code=agency_code)
    if office_code is not None:
        rows = rows.filter(office_code=office_code)
    return [_unit(row) for row in rows.order_by("code")]


def list_agencies_with_units() -> frozenset[str]:
    """The codes of agencies that have a unit now."""
    rows = UnitRow.objects.filter(ended_on__isnull=True).order_by()
    return frozenset(rows.values_list("agency_code", flat=True).distinct())


def search_units(words: Sequence[str], *, agencies: Mapping[str, Collection[str]], limit: int) -> list[Unit]:
    """The units of today, of whichever agency, that have every word in a title or in their agency's name; best first:
    titles that begin so, then titles with all the words. ``agencies``: by word, the agencies with it in their names.
    """
    has_all, found = Q(), UnitRow.objects.filter(ended_on__isnull=True)
    for word in words:
        named = _in_titles("icontains", word)
        has_all &= named
        found = found.filter(named | Q(agency_code__in=agencies.get(word, ())))
    starts = has_all & _in_titles("istartswith", words[0]) if words else Q(pk__in=[])
    place = Case(When(starts, then=0), When(has_all, then=1), default=2) if words else Value(2)
    return [_unit(row) for row in found.annotate(place=place).order_by("place", "agency_code", "code")[:limit]]


def list_units_above(code: str) -> list[Unit]:
    """The unit itself, then who took it over or what it is part of, up to the whole office. Raises UnknownUnit."""
    above = [get_unit(code)]
    while onward := above[-1].successor or above[-1].parent:
        above.append(get_unit(onward))
    return above


def list_units_merged_into(code: str) -> list[str]:
    """The codes of the unit itself and of all whose work it took over, however often."""
    found = [code]
    for one in found:
        found += UnitRow.objects.filter(successor_id=one).order_by("code").values_list("code", flat=True)
    return found


def list_parts_of(codes: Collection[str]) -> list[str]:
    """The codes themselves, those of every unit below them, and of what these took over."""
    found = list(dict.fromkeys(codes))
    layer = found
    while layer:
        below = Q(parent_id__in=layer, successor__isnull=True) | Q(successor_id__in=layer)
        layer = list(UnitRow.objects.filter(below).order_by("code").values_list("code", flat=True))
        found = found + layer
    return found


def _in_titles(how: str, word: str) -> Q:
    languages = [code for code, _name in settings.LANGUAGES]
    return reduce(or_, (Q(**{f"title__{language}__{how}": word}) for language in languages))


def _unit(row: UnitRow) -> Unit:
    return Unit(
        row.code,
        row.agency_code,
        row.office_code,
        row.title,
        row.parent_id or "",
        row.successor_id or "",
        row.ended_on,
    )
