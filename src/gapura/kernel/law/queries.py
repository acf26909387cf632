"""Questions to the country's law."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from django.conf import settings

from gapura.foundation.jurisdictions import load as load_country
from gapura.foundation.rules import scalar
from gapura.foundation.rules.errors import WouldOverflow
from gapura.foundation.rules.intervals import Bounds, prove
from gapura.foundation.rules.law import Input, Law, LawInForce
from gapura.foundation.rules.loading import load
from gapura.foundation.rules.planning import get_plan
from gapura.foundation.rules.scalar import Figures, Household
from gapura.foundation.rules.units import LARGEST, RATE_SCALE, Kind, Unit
from gapura.foundation.texts import Text
from gapura.kernel.law.types import Explanation


@cache
def get_law() -> Law:
    """The country's law with all its versions, read once. Raises LawError."""
    name = settings.GAPURA_JURISDICTION
    return load(load_country(name).path("law"), f"gapura.jurisdictions.{name}.law")


def get_law_on(day: date) -> LawInForce:
    """What of it is in force on the day. Raises LawError."""
    return get_law().on(day)


def compute(targets: Sequence[str], household: Household, *, as_of: date) -> Figures:
    """The targets of one household by the law of the day: for each the value of each row, whole numbers.

    Raises BadInput, and LookupError for a target that is not in force."""
    return scalar.compute(get_law_on(as_of), targets, household, as_of=as_of)


def explain(
    targets: Sequence[str], household: Household, *, as_of: date, sources: Mapping[str, Text | str] | None = None
) -> dict[str, list[Explanation]]:
    """Like ``compute``, each value with all that it came from.

    ``sources`` says where data came from, by input; a row's own ``"sources"`` go before it."""
    law = get_law_on(as_of)
    nodes = scalar.explain(law, targets, household, as_of=as_of)
    return {target: [Explanation(node, law, sources or {}) for node in listed] for target, listed in nodes.items()}


def prepare(targets: Sequence[str], *, as_of: date) -> None:
    """Plan and write out what will be asked for, so that no request waits for it. Raises LookupError."""
    law = get_law_on(as_of)
    scalar.get_compiled(law, targets, explained=False)
    scalar.get_compiled(law, targets, explained=True)


@lru_cache(maxsize=64)
def assume(figures: frozenset[str]) -> Law:
    """The law in which these figures are not worked out but given, as inputs are: for what-ifs and worked examples.

    Raises LookupError for a name that is no rule."""
    law = get_law()
    inputs = {**law.inputs, **{name: _as_input(law, name) for name in sorted(figures)}}
    rules = {name: line for name, line in law.rules.items() if name not in figures}
    return replace(law, inputs=inputs, rules=rules, _in_force={})


def _as_input(law: Law, name: str) -> Input:
    version = law.rules[name].versions[-1]
    in_force = law.on(version.since)
    unit = in_force.get_unit(name)
    low, high = _find_limits(in_force, name, unit)
    return Input(name, version.of, unit, low, high, None, law.words[name], {}, version.place)


def _find_limits(law: LawInForce, name: str, unit: Unit) -> Bounds:
    """Anything, but not less than nothing where the rule never gives less."""
    if unit.kind is Kind.FLAG:
        return 0, 1
    most = LARGEST // RATE_SCALE
    try:
        low, _ = prove(get_plan(law, [name]))[name]
    except WouldOverflow:
        return -most, most
    return (0 if low >= 0 else -most), most
