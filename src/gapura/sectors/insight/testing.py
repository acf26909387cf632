"""A small population and finished runs, for tests."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text
from gapura.sectors.insight.actions import as_json
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.plugin import PopulationSource
from gapura.sectors.insight.rules import bands, group, group_by, group_by_decile
from gapura.sectors.insight.types import Effect, FamilyKind, FigureTotal, Household, Outcome, RunStatus

REFORM = "title: A higher free income\ncite: Bill 12/2026 Article 3\nparameters:\n  ptkp_diri: 72000000\n"


class Villages(PopulationSource):
    """Families of one earner and a child, with wages that rise by ``step`` from family to family."""

    code = "villages"
    title: Text = {"id": "Desa", "en": "Villages", "ko": "마을"}
    represents = 2_000

    def __init__(self, step: int = 12_000_000) -> None:
        self.step = step
        self.drawn = 0

    def draw(self, people: int, *, seed: int, on: date) -> Iterator[Sequence[Household]]:
        for number in range(people // 2):
            self.drawn += 1
            yield [self._household(number, seed)]

    def _household(self, number: int, seed: int) -> Household:
        earner = make_member(age=40, relation="head", wage=(number + seed) * self.step)
        child = make_member(age=8, relation="child", school="primary", is_dependent=True)
        region = "North" if number % 2 else "South"
        return Household(region, FamilyKind.ONE_PARENT, {"decile": number % 10 + 1}, (earner, child))


def make_member(*, age: int, **facts: Any) -> dict[str, Any]:
    """A member with every fact a source gives."""
    rest = {"is_female": False, "is_dependent": False, "wage": 0, "profit": 0, "school": "", "is_disabled": False}
    return {"age": age, "relation": "other", **rest, **facts}


def make_outcome() -> Outcome:
    """Two families: one gains 1,000,000, one loses 250,000."""
    effects = [_effect("North", 1_000_000, 48_000_000), _effect("South", -250_000, 96_000_000)]
    return Outcome(
        everybody=group(effects, "everybody"),
        figures=(
            FigureTotal("pph_terutang", {"id": "PPh", "en": "Income tax", "ko": "소득세"}, True, 5_000_000, 4_250_000),
        ),
        by_decile=group_by_decile(effects),
        by_region=group_by(effects, lambda each: each.region),
        by_kind=group_by(effects, lambda each: each.kind.value),
        marginal=bands([(50, 0), (150, 150)]),
        law="0" * 64,
        reform_law="1" * 64,
        population="villages",
        represents=2_000,
    )


def _effect(region: str, change: int, income: int) -> Effect:
    return Effect(
        region, FamilyKind.ALONE, 1, income, (2_500_000,), (2_500_000 - change,), -2_500_000, change - 2_500_000, ()
    )


def make_run(agency_code: str, *, now: datetime, **columns: Any) -> Run:
    """A run that is done."""
    standard = {
        "number": f"PS{new_code(9)}",
        "agency_code": agency_code,
        "requested_by": "Analyst",
        "requested_at": now,
        "title": "A higher free income",
        "reform": REFORM,
        "as_of": now.date(),
        "source": "villages",
        "people": 2,
        "seed": 1,
        "status": RunStatus.DONE,
        "finished_at": now,
        "result": as_json(make_outcome()),
    }
    return Run.objects.create(**(standard | columns))
