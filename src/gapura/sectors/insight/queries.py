"""Reading runs, never another agency's."""

from datetime import date

from gapura.foundation.rules.planning import get_plan
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.law.queries import get_law_on
from gapura.sectors.insight.measures import get_measure
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.permissions import can_see_run
from gapura.sectors.insight.simulation import list_targets
from gapura.sectors.insight.types import RunStatus


def access_run(actor: Actor, number: str) -> Run:
    """The run, for analysts of its agency. Raises AccessDenied, also when there is none."""
    run = Run.objects.filter(pk=number).first()
    if run is None or not can_see_run(actor, run):
        raise AccessDenied
    return run


def list_runs(actor: Actor, *, limit: int = 50) -> list[Run]:
    """Those of the actor's agency, the newest first."""
    found = Run.objects.filter(agency_code=actor.agency_code).order_by("-requested_at", "pk")[:limit]
    return [run for run in found if can_see_run(actor, run)]


def list_comparable_runs(actor: Actor, run: Run, *, limit: int = 20) -> list[Run]:
    """Finished runs for the same population and day, which differ by their reform alone."""
    same = Run.objects.filter(
        agency_code=run.agency_code, status=RunStatus.DONE, source=run.source, people=run.people, seed=run.seed,
        as_of=run.as_of,
    )  # fmt: skip
    return [one for one in same.exclude(pk=run.pk).order_by("-requested_at", "pk")[:limit] if can_see_run(actor, one)]


def find_example(on: date) -> str:
    """One line of a reform: an amount that the measured figures read, as it is in force."""
    law = get_law_on(on)
    for figure in get_plan(law, list_targets(get_measure(), law)).figures:
        for name in figure.parameters:
            if isinstance(value := law.parameters[name].value, int):
                return f"{name}: {value}"
    return ""
