"""Simulating a reform: asked for at the desk and carried out by the worker, or at once for the command line."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.foundation.rules.errors import BadInput, LawError
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.law.queries import get_law_on
from gapura.kernel.outbox.actions import enqueue_job
from gapura.sectors.insight.measures import get_measure
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.permissions import can_simulate
from gapura.sectors.insight.plugin import PopulationSource, find_source
from gapura.sectors.insight.reforms import apply_reform, combine, read_reform
from gapura.sectors.insight.simulation import Simulation, list_targets
from gapura.sectors.insight.types import MOST_PEOPLE, CannotSimulate, Outcome, RunStatus

SIMULATE_JOB = "insight.simulate"
_SEPARATOR = "\n---\n"


def simulate(
    texts: Sequence[str],
    *,
    source: PopulationSource,
    people: int,
    seed: int,
    on: date,
    progress: Callable[[int], object] = lambda people: None,
) -> Outcome:
    """The reforms (YAML) together, over the population, under the law of ``on``. Writes nothing.

    ``progress`` is told how many more people are done. Raises CannotSimulate.
    """
    prepared = _prepare(texts, on)
    try:
        for part in source.draw(people, seed=seed, on=on):
            progress(prepared.take(part))
    except BadInput as error:
        raise CannotSimulate(_("The population holds what the law cannot take: %(why)s") % {"why": error}) from error
    return prepared.sum_up(population=source.code, represents=source.represents)


def read_title(texts: Sequence[str], *, on: date) -> str:
    """What the reforms call themselves together. Raises CannotSimulate."""
    law = get_law_on(on)
    return combine([read_reform(text, law) for text in texts]).title


def _prepare(texts: Sequence[str], on: date) -> Simulation:
    """Reads law and reforms, and proves that nothing can overflow. Raises CannotSimulate."""
    try:
        law = get_law_on(on)
    except LawError as error:
        raise CannotSimulate(_("The law of that day cannot be read: %(why)s") % {"why": error}) from error
    measure = get_measure()
    reform = combine([read_reform(text, law) for text in texts])
    return Simulation(measure, law, apply_reform(law, reform, list_targets(measure, law)), on)


def request_run(
    *, actor: Actor, reforms: Sequence[str], source: str, people: int, seed: int, as_of: date, now: datetime
) -> Run:
    """Keep the reforms and let the worker reckon them.

    Raises AccessDenied; CannotSimulate for what would never work."""
    if not can_simulate(actor) or not actor.agency_code:
        raise AccessDenied
    if find_source(source) is None or not 0 < people <= MOST_PEOPLE:
        raise CannotSimulate(
            _("Choose a population of between 1 and %(most)s people; the command line takes more.")
            % {"most": MOST_PEOPLE}
        )
    _prepare(reforms, as_of)
    title = read_title(reforms, on=as_of)
    with transaction.atomic():
        run = Run.objects.create(
            number=f"PS{new_code(9)}",
            agency_code=actor.agency_code,
            requested_by=actor.label,
            requested_at=now,
            title=title[:200],
            reform=_SEPARATOR.join(reforms),
            as_of=as_of,
            source=source,
            people=people,
            seed=seed,
        )
        enqueue_job(name=SIMULATE_JOB, arguments={"number": run.number}, key=f"{SIMULATE_JOB}:{run.number}")
        record_event(actor=actor, action="insight.run-requested", object_ref=run.number, detail=_describe(run))
    return run


def carry_out_run(*, actor: Actor, number: str, now: Callable[[], datetime]) -> Run:
    """Reckon a run that waits, and keep what came of it. Twice is as once: what was kept stays.

    A worker killed in the middle leaves the run waiting, and the next one begins it again."""
    run = Run.objects.get(pk=number)
    if run.status != RunStatus.WAITING:
        return run
    source = find_source(run.source)
    try:
        if source is None:
            raise CannotSimulate(_("This population is not offered any more. Choose another."))
        outcome = simulate(run.reform.split(_SEPARATOR), source=source, people=run.people, seed=run.seed, on=run.as_of)
    except CannotSimulate as refusal:
        return _finish(actor, number, now(), status=RunStatus.FAILED, problem=str(refusal)[:1000])
    return _finish(actor, number, now(), status=RunStatus.DONE, result=as_json(outcome))


def _finish(actor: Actor, number: str, now: datetime, **columns: Any) -> Run:
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=number)
        if run.status == RunStatus.WAITING:
            for name, value in columns.items():
                setattr(run, name, value)
            run.finished_at = now
            run.save()
            record_event(actor=actor, action=f"insight.run-{run.status}", object_ref=number, detail=_describe(run))
    return run


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as it is stored and written to files; ``schema`` says which version."""
    return {"schema": "gapura-simulation/1", "cost": outcome.cost, **asdict(outcome)}


def _describe(run: Run) -> dict[str, Any]:
    return {"title": run.title, "as_of": run.as_of.isoformat(), "source": run.source, "people": run.people}
