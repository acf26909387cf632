"""What the worker does so that things are found."""

from gapura.kernel.outbox.plugin import job
from gapura.sectors.office.actions.finding import INDEX_JOB, UNITS_JOB, index_refs, index_units


@job(INDEX_JOB)
def index(*, refs: list[str]) -> None:
    index_refs(refs)


@job(UNITS_JOB)
def index_merged(*, units: list[str]) -> None:
    index_units(units)
