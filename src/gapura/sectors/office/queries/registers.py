"""The registers of a unit, in both directions, without what the reader may not read."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_parts_of, list_posts_named, list_units
from gapura.kernel.identity.types import Unit
from gapura.sectors.office.models import Circulation, DocumentReader, OfficialDocument, ReadingGroup
from gapura.sectors.office.queries.documents import led_units, list_readable_documents, own_units
from gapura.sectors.office.types import REGISTRAR, Direction, DocumentStatus, ReaderGround


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """One book: a unit's, of a year, in a direction; ``words``: in the title, the number, or whom it came from."""

    unit_code: str
    year: int
    direction: Direction = Direction.INCOMING
    words: str = ""


def list_register_units(actor: Actor) -> list[Unit]:
    """The units whose registers the official may look into: their own, those they lead, or the office's."""
    units = {unit.code: unit for unit in list_units(agency_code=actor.agency_code or "")}
    seen = {*own_units(actor), *list_parts_of(led_units(actor))}
    if REGISTRAR in actor.roles:
        seen |= {code for code, unit in units.items() if unit.office_code == (actor.office_code or "")}
    return [units[code] for code in sorted(seen & units.keys())]


def list_register(actor: Actor, filters: RegisterFilters) -> QuerySet[OfficialDocument]:
    """The entries of one book that the official may read, the last number first."""
    entries = list_readable_documents(actor).filter(_book(filters)).select_related("arrival")
    if filters.words.strip():
        words = filters.words.strip()
        entries = entries.filter(
            Q(title__icontains=words)
            | Q(number__icontains=words)
            | Q(arrival__sender_label__icontains=words)
            | Q(arrival__their_number__icontains=words)
        )
    return entries.order_by("-serial")


def count_hidden(actor: Actor, filters: RegisterFilters) -> int:
    """How many entries of the book the official may not read: a book has no gap, but not each line is for everybody."""
    whole = OfficialDocument.objects.filter(_book(filters)).count()
    return int(whole - list_readable_documents(actor).filter(_book(filters)).count())


def list_register_years(unit_code: str, *, today: date) -> list[int]:
    """The years in which the unit registered something, and this one, the last first."""
    rows = OfficialDocument.objects.filter(unit_code=unit_code, year__isnull=False)
    years = {year for year in rows.values_list("year", flat=True).distinct() if year is not None}
    return sorted(years | {today.year}, reverse=True)


def list_reading_groups(actor: Actor) -> list[ReadingGroup]:
    """The groups of readers that the official's unit keeps."""
    return list(ReadingGroup.objects.filter(unit_code=actor.unit_code or "-").order_by("title"))


def _book(filters: RegisterFilters) -> Q:
    return Q(
        status=DocumentStatus.REGISTERED,
        unit_code=filters.unit_code,
        direction=filters.direction.value,
        year=filters.year,
    )


def list_circulations(document: OfficialDocument) -> list[Circulation]:
    """The rounds of the document, the last first."""
    return list(document.circulations.order_by("-pk"))


def list_round_readers(document: OfficialDocument) -> list[tuple[DocumentReader, Text]]:
    """Who was asked to read the document, with the title of their post; who has not read it yet first."""
    rows = list(document.readers.filter(ground=ReaderGround.CIRCULATION).order_by("-read_at", "pk"))
    rows.sort(key=lambda row: row.read_at is not None)
    posts = list_posts_named([row.holder.removeprefix("post:") for row in rows])
    return [(row, posts[code].title) for row in rows if (code := row.holder.removeprefix("post:")) in posts]
