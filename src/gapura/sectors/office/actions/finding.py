"""Letting things be found. The index is derived: `gapura office index` makes it again from the things themselves."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.db import transaction

from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.search.actions import put_entries
from gapura.kernel.search.types import IndexEntry
from gapura.sectors.office.queries.documents import list_codes_above
from gapura.sectors.office.queries.findable import FINDABLES, Findable, ref_of
from gapura.sectors.office.queries.finding import COLLECTION
from gapura.sectors.office.rules import of_kind
from gapura.sectors.office.types import FindKind

INDEX_JOB, UNITS_JOB = "office.index", "office.index-units"
_BATCH = 200


def index_soon(*things: Any) -> None:
    """Ask the worker to index these rows as they are after this transaction.

    Without a key: a second request while the first is being carried out must not be lost.
    """
    index_refs_soon(ref_of(thing) for thing in things)


def index_refs_soon(refs: Iterable[str]) -> None:
    """The same for things named ``kind:code``; what cannot be found by words is left out."""
    wanted = sorted({ref for ref in refs if ref.partition(":")[0] in set(FindKind)})
    if wanted:
        enqueue_job(name=INDEX_JOB, arguments={"refs": wanted})


def index_refs(refs: Sequence[str]) -> int:
    """Index these things now; how many there were. Doing it twice is the same as once."""
    return sum(
        _index(findable, [ref.partition(":")[2] for ref in refs if ref.startswith(f"{kind}:")])
        for kind, findable in FINDABLES.items()
    )


def index_units(unit_codes: Sequence[str]) -> int:
    """Index everything of these units anew, because they are now part of something else."""
    return sum(
        _index(findable, batch)
        for findable in FINDABLES.values()
        for batch in _batches(findable.rows().filter(unit_code__in=unit_codes))
    )


def index_everything() -> Iterator[int]:
    """Everything there is, a batch at a time; gives how many are done, so that a command can show it."""
    done = 0
    for findable in FINDABLES.values():
        for batch in _batches(findable.rows()):
            done += _index(findable, batch)
            yield done


def _index(findable: Findable, codes: Sequence[str]) -> int:
    """Under a lock on the rows, so that of two workers the later one writes what stands last."""
    if not codes:
        return 0
    above = cache(list_codes_above)  # most of a batch are of few units
    with transaction.atomic():
        rows = findable.rows().filter(code__in=codes).select_for_update(of=("self",), no_key=True).order_by("pk")
        entries = [_entry(findable, row, above(row.unit_code)) for row in rows]
        put_entries(collection=COLLECTION, entries=entries)
    return len(entries)


def _entry(findable: Findable, row: Any, units: Sequence[str]) -> IndexEntry:
    said = findable.tell(row)
    return IndexEntry(
        key=ref_of(row),
        title=said.title,
        keywords=" ".join(filter(None, said.keywords)),
        body=said.text,
        audience=of_kind(findable.kind, findable.admit(row, units)),
        agency_code=findable.agency_of(row),
    )


def _batches(rows: Any) -> Iterator[list[str]]:
    batch: list[str] = []
    for code in rows.prefetch_related(None).order_by("pk").values_list("code", flat=True).iterator():
        batch.append(code)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
