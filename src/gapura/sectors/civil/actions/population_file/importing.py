"""Loading a population file: batch by batch, each batch with its progress in one transaction.

A killed import goes on where its last batch ended; the same file again changes nothing.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import Row as EntryRow
from gapura.kernel.registers.actions import load_rows
from gapura.kernel.registers.types import SourceKind
from gapura.sectors.civil.actions.population_file.cells import (
    CannotReadFile,
    Row,
    find_encoding,
    find_separator,
    open_text,
    read_rows,
    safe_cell,
)
from gapura.sectors.civil.actions.population_file.records import (
    ADDRESS_FACTS,
    MEMBERSHIP_FACTS,
    PERSON_FACTS,
    FileMapping,
    PopulationRecord,
    RecordReader,
)
from gapura.sectors.civil.actions.regions import load_regions
from gapura.sectors.civil.models import (
    FamilyEntry,
    FamilyMembership,
    PersonEntry,
    PopulationImport,
    Region,
    ResidenceEntry,
)
from gapura.sectors.civil.types import RelationToHead

_BATCH = 1000
_TIMES = ("valid_from", "recorded_at", "source_kind", "source_reference")

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class ImportTotals:
    """``read`` = ``loaded`` + ``unchanged`` + ``quarantined``; ``resumed`` rows were done before."""

    reference: str
    encoding: str
    separator: str
    read: int
    loaded: int
    unchanged: int
    quarantined: int
    resumed: int
    families_without_head: int
    quarantine: Path | None


def import_population(
    *,
    actor: Actor,
    country: Jurisdiction,
    file: Path,
    mapping: FileMapping,
    encoding: str | None,
    on: date,
    now: datetime,
    progress: Progress = lambda rows: None,
) -> ImportTotals:
    """Load the people of ``file`` who are not in the registers yet.

    Rows that are wrong, twice in the file or unlike what the register holds go to ``FILE.quarantine.csv``
    with their reasons. ``on`` is the day from which facts without a date of their own hold. ``progress`` is
    told the rows done so far. Raises CannotReadFile. Records one audit event at the end.
    """
    load_regions(actor=actor, country=country)
    source = _look_into(file, country, mapping, encoding, on)
    run = _find_or_begin(source, now)
    quarantine = Quarantine(file, source.header, run.quarantine_size)
    resumed = run.rows_read
    batch = _Batch(run, now)
    with open_text(file, source.encoding) as lines, quarantine:
        lines.readline()
        every_row = read_rows(lines, source.separator, first_line=2)
        for row in islice(every_row, resumed):
            batch.remember(source.reader.read(row)[0])
        while rows := list(islice(every_row, _BATCH)):
            with transaction.atomic():
                batch.load(rows, source.reader, quarantine)
            progress(run.rows_read)
    _finish(actor, run, now)
    return ImportTotals(
        reference=run.reference,
        encoding=source.encoding,
        separator=source.separator,
        read=run.rows_read,
        loaded=run.rows_loaded,
        unchanged=run.rows_unchanged,
        quarantined=run.rows_quarantined,
        resumed=resumed,
        families_without_head=_count_families_without_head(run),
        quarantine=quarantine.file if run.rows_quarantined else None,
    )


@dataclass(frozen=True)
class _Source:
    """How to read the file. ``digest`` names file and reading: the same again is the same import."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    reader: RecordReader
    digest: str


def _look_into(file: Path, country: Jurisdiction, mapping: FileMapping, encoding: str | None, on: date) -> _Source:
    if not file.is_file():
        raise CannotReadFile(f"There is no file {file}.")
    encoding = encoding or find_encoding(file)
    with open_text(file, encoding) as lines:
        first = lines.readline(1 << 16)
    if not first.strip():
        raise CannotReadFile(f"{file} is empty: the first line must name the columns.")
    separator = find_separator(first, list(mapping.columns.values()))
    header = tuple(next(csv.reader([first], delimiter=separator)))
    regions = frozenset(Region.objects.values_list("code", flat=True))
    reader = RecordReader(country, mapping, header, regions, on)
    with file.open("rb") as content:
        content_digest = file_digest(content, "sha256").hexdigest()
    digest = sha256(f"{content_digest} {encoding} {mapping.text}".encode()).hexdigest()
    return _Source(encoding, separator, header, reader, digest)


def _find_or_begin(source: _Source, now: datetime) -> PopulationImport:
    """The unfinished import of this very file, or a new one: a second reading is a run of its own."""
    earlier = PopulationImport.objects.filter(file_digest=source.digest)
    if unfinished := earlier.filter(finished_at__isnull=True).first():
        return unfinished
    reference = f"file-{source.digest[:16]}-{earlier.count() + 1}"
    return PopulationImport.objects.create(reference=reference, file_digest=source.digest, started_at=now)


def _finish(actor: Actor, run: PopulationImport, now: datetime) -> None:
    with transaction.atomic():
        run.finished_at = now
        run.save(update_fields=["finished_at"])
        record_event(
            actor=actor,
            action="civil.population_imported",
            object_ref=f"import:{run.reference}",
            detail={
                "read": run.rows_read,
                "loaded": run.rows_loaded,
                "unchanged": run.rows_unchanged,
                "quarantined": run.rows_quarantined,
            },
        )


def _count_families_without_head(run: PopulationImport) -> int:
    members = FamilyMembership.objects.filter(source_reference=run.reference, superseded_at__isnull=True)
    headed = FamilyEntry.objects.filter(superseded_at__isnull=True).values("family_number")
    return members.exclude(family_number__in=headed).values("family_number").distinct().count()


class Quarantine:
    """Rows set aside, beside the file they came from, with the reasons. Safe to open in a spreadsheet."""

    def __init__(self, file: Path, header: Sequence[str], size: int) -> None:
        self.file = file.with_name(f"{file.name.removesuffix('.csv')}.quarantine.csv")
        self._header, self._size = header, size

    def __enter__(self) -> "Quarantine":
        if self._size == 0:
            self.file.unlink(missing_ok=True)
            return self
        if not self.file.exists():
            raise CannotReadFile(f"{self.file} of the unfinished import is gone; put it back to go on.")
        os.truncate(self.file, self._size)  # what a killed batch wrote without being stored
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open between batches."""

    def add(self, rows: Iterable[tuple[Row, Sequence[str]]]) -> int:
        """Append ``rows`` durably; the size of the file then."""
        with self.file.open("a", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            if handle.tell() == 0:
                writer.writerow(("line", "reasons", *map(safe_cell, self._header)))
            for row, reasons in rows:
                writer.writerow((row.line, " ".join(reasons), *map(_quarantined_cell, row.cells)))
            handle.flush()
            os.fsync(handle.fileno())
            return handle.tell()


def _quarantined_cell(text: str) -> str:
    return safe_cell("".join(letter if letter.isprintable() else "\ufffd" for letter in text))


class _Batch:
    """What one import has seen, and the rows it loads next."""

    def __init__(self, run: PopulationImport, now: datetime) -> None:
        self._run, self._now = run, now
        self._seen: set[int] = set()
        self._heads: set[int] = set()

    def remember(self, record: PopulationRecord | None) -> None:
        """Let ``record``, of this try or an earlier one, count for finding duplicates."""
        if record is not None and not self._find_doubt(record):
            self._seen.add(int(record.number))
            if record["relation_to_head"] == RelationToHead.HEAD:
                self._heads.add(int(record["family_number"]))

    def load(self, rows: Sequence[Row], reader: RecordReader, quarantine: Quarantine) -> None:
        """Load, recognize or set aside each of ``rows`` and move the run forward."""
        aside: list[tuple[Row, Sequence[str]]] = []
        records: list[tuple[Row, PopulationRecord]] = []
        for row in rows:
            record, reasons = reader.read(row)
            if record is None:
                aside.append((row, reasons))
            elif doubt := self._find_doubt(record):
                aside.append((row, [doubt]))
            else:
                self.remember(record)
                records.append((row, record))
        held = _Held([record for _, record in records])
        new = []
        for row, record in records:
            differences = held.list_differences(record)
            if differences is None:
                new.append(record)
            elif differences:
                aside.append((row, differences))
        self._store(new)
        self._advance(len(rows), len(new), aside, quarantine)

    def _find_doubt(self, record: PopulationRecord) -> str:
        if int(record.number) in self._seen:
            return _("The person is in the file twice; the first row counts.")
        is_head = record["relation_to_head"] == RelationToHead.HEAD
        if is_head and int(record["family_number"]) in self._heads:
            return _("The family has another head in the file; the first counts.")
        return ""

    def _advance(self, read: int, loaded: int, aside: list[tuple[Row, Sequence[str]]], quarantine: Quarantine) -> None:
        run = self._run
        run.rows_read += read
        run.rows_loaded += loaded
        run.rows_quarantined += len(aside)
        run.rows_unchanged += read - loaded - len(aside)
        if aside:
            run.quarantine_size = quarantine.add(sorted(aside, key=lambda pair: pair[0].line))
        run.save()

    def _store(self, records: Sequence[PopulationRecord]) -> None:
        def rows(since: str, facts: Sequence[str], chosen: Iterable[PopulationRecord]) -> Iterator[EntryRow]:
            for record in chosen:
                yield (
                    record[since],
                    self._now,
                    SourceKind.IMPORT.value,
                    self._run.reference,
                    *(record[name] for name in facts),
                )

        heads = [r for r in records if r["relation_to_head"] == RelationToHead.HEAD]
        living, standing = ("number", *ADDRESS_FACTS), ("number", *MEMBERSHIP_FACTS)
        load_rows(PersonEntry, (*_TIMES, *PERSON_FACTS), rows("registered_from", PERSON_FACTS, records))
        load_rows(ResidenceEntry, (*_TIMES, *living), rows("lives_there_from", living, records))
        load_rows(FamilyMembership, (*_TIMES, *standing), rows("member_from", standing, records))
        load_rows(
            FamilyEntry,
            (*_TIMES, "head_number", "family_number", *ADDRESS_FACTS),
            rows("family_from", ("number", "family_number", *ADDRESS_FACTS), heads),
        )


class _Held:
    """What the registers already hold of the people and families of a batch."""

    def __init__(self, records: Sequence[PopulationRecord]) -> None:
        numbers = [record.number for record in records]
        families = [record["family_number"] for record in records]
        self._persons = _latest(PersonEntry, "number", numbers)
        self._residences = _latest(ResidenceEntry, "number", numbers)
        self._memberships = _latest(FamilyMembership, "number", numbers)
        self._families = _latest(FamilyEntry, "family_number", families)

    def list_differences(self, record: PopulationRecord) -> list[str] | None:
        """None: the person is new. Else why the row is not what the register holds; empty when it is."""
        person = self._persons.get(record.number)
        family = self._families.get(record["family_number"])
        if person is None:
            is_head = record["relation_to_head"] == RelationToHead.HEAD
            if is_head and family is not None:
                return [_("The register knows the family with another head.")]
            return None
        if person.valid_until is not None:
            return [_("The register holds the person as no longer living.")]
        held = (
            (person, PERSON_FACTS),
            (self._residences.get(record.number), ADDRESS_FACTS),
            (self._memberships.get(record.number), MEMBERSHIP_FACTS),
        )
        different = [name for entry, names in held for name in names if getattr(entry, name, None) != record[name]]
        if not different:
            return []
        return [
            _("The register holds something else for: %(columns)s. Correct it by a correction case.")
            % {"columns": ", ".join(different)}
        ]


def _latest(model: Any, key: str, values: Sequence[str]) -> dict[str, Any]:
    """The believed entry that reaches furthest, by key."""
    entries = model.objects.filter(superseded_at__isnull=True, **{f"{key}__in": values}).order_by("valid_from")
    return {getattr(entry, key): entry for entry in entries}
