"""Officials of the nation have worked at centers near home: the last weeks, the next days, and a request that waits."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from gapura.demo.simulation.nation import Batch, NationPlan
from gapura.demo.simulation.smart_work import Commuters
from gapura.demo.types import Duty, SampleOfficial
from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.queries import find_account, list_capacities
from gapura.sectors.smart_work.actions import book_seat, load_days
from gapura.sectors.smart_work.queries import list_centers, list_floors
from gapura.sectors.smart_work.types import CannotBook, Half, SeatKind, Worker

_PEOPLE, _HOMES = "civil.PersonEntry", "civil.ResidenceEntry"
_WORKING_AGE = range(22, 58)


class OfficialFinder:
    """Keeps the first of the nation whose occupation is a state's official, with the regency they live in."""

    def __init__(self, country: Jurisdiction, columns: Mapping[str, Sequence[str]], *, today: date) -> None:
        self.figures = country.read("data", "smart_work_days.yaml")
        self._columns, self._today = columns, today
        self.found: dict[str, str] = {}

    def look_at(self, batch: Batch) -> None:
        if len(self.found) >= self.figures["workers"]:
            return
        homes = {row["number"]: row["village_code"][:5] for row in self._list(batch, _HOMES)}
        for row in self._list(batch, _PEOPLE):
            if row["occupation"] in self.figures["occupations"] and self._is_working(row["birth_on"]):
                self.found[row["number"]] = homes.get(row["number"], "")

    def _is_working(self, birth_on: Any) -> bool:
        return self._today.year - date.fromisoformat(str(birth_on)).year in _WORKING_AGE

    def _list(self, batch: Batch, register: str) -> list[dict[str, Any]]:
        """The entries that have no end."""
        rows = (dict(zip(self._columns[register], row, strict=True)) for row in batch.rows[register])
        return [row for row in rows if row["valid_until"] is None]


def load_smart_work(
    *,
    actor: Actor,
    finder: OfficialFinder,
    officials: Sequence[SampleOfficial],
    plan: NationPlan,
    zone: str,
    now: datetime,
) -> int:
    """What the officials did up to the plan's day and booked after it; how many bookings that is."""
    workers = _list_workers(finder, officials)
    calendar = get_working_calendar()
    days = Commuters(finder.figures, workers, seed=plan.seed, today=plan.on, is_working_day=calendar.is_working_day)
    loaded = load_days(actor=actor, days=list(days), now=now)
    morning = datetime.combine(plan.on, time(9), ZoneInfo(zone))
    _ask_for_a_seat(officials, calendar.add_working_days(plan.on, finder.figures["days_ahead"]), now=morning)
    return loaded


def _list_workers(finder: OfficialFinder, officials: Sequence[SampleOfficial]) -> list[Worker]:
    """The sample drafter goes first, so that their own pages show something; the last leads all others."""
    figures, drafter = finder.figures, _find_drafter(officials)
    samples = {one.number for one in officials}
    homes = [(number, region) for number, region in finder.found.items() if number not in samples]
    if len(homes) < 3:  # a very small nation
        return []
    leads = homes[-1][0]
    led_by = (_first(figures["led_by"]), leads)
    workers = []
    for place, (number, region) in enumerate(homes[: figures["workers"]]):
        agency = list(figures["agencies"])[place % len(figures["agencies"])]
        post, label = f"{agency}/official-{place}", _first(figures["agencies"][agency])
        if number != leads:
            workers.append(Worker(number, agency, post, label, region, led_by, favorite=7 * place))
    if drafter:
        post, label = f"{drafter.agency_code}/{drafter.duty}", _first(figures["agencies"][drafter.agency_code])
        workers.insert(
            0, Worker(drafter.number, drafter.agency_code, post, label, figures["sample_home"], led_by, favorite=3)
        )
    return workers


def _find_drafter(officials: Sequence[SampleOfficial]) -> SampleOfficial | None:
    return next((one for one in officials if one.duty is Duty.DRAFTER), None)


def _first(text: Mapping[str, str]) -> str:
    return next(iter(text.values()))


def _ask_for_a_seat(officials: Sequence[SampleOfficial], day: date, *, now: datetime) -> None:
    """The sample drafter's request, which waits in the basket of who leads them."""
    drafter = _find_drafter(officials)
    account = find_account(drafter.login) if drafter else None
    capacities = list_capacities(account, on=now.date()) if account else []
    actor = next((one.actor for one in capacities if one.actor.post_code), None)
    if actor is None:
        return
    center = list_centers()[0]
    desk = next(seat for floor in list_floors(center) for seat in floor.seats.all() if seat.kind == SeatKind.DESK)
    with contextlib.suppress(CannotBook):  # a nation without its units: nobody leads the drafter
        book_seat(actor=actor, center_code=center.code, seat_code=desk.code, day=day, halves=list(Half), now=now)
