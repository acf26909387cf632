"""Which question to ask next: the one whose answer decides most of what is still open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gapura.foundation.rules.intervals import UNKNOWN, Possible, find_possible
from gapura.foundation.rules.law import Input, LawInForce
from gapura.foundation.rules.planning import Plan, get_plan
from gapura.foundation.rules.scalar import Household
from gapura.foundation.rules.terms import Term, is_const, value_of, walk
from gapura.foundation.rules.units import Kind

MOST_ANSWERS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """Ask for ``name`` of row ``row``. ``decides``: the targets that an answer settles, on average."""

    name: str
    row: int
    decides: float


def find_next_question(
    law: LawInForce,
    targets: Sequence[str],
    household: Household,
    *,
    as_of: date,
    skip: Collection[tuple[str, int]] = (),
) -> Question | None:
    """The most deciding question, or None when every target is known. Ties: the order of inputs.yaml.

    ``skip``: (name, row) that nobody can answer."""
    plan = get_plan(law, targets)
    now = find_possible(plan, household, as_of=as_of)
    waiting = {open_input for target in targets for each in now[target] for open_input in each.open_inputs}
    questions = [
        Question(each.name, row, _worth(plan, household, each, row, now, as_of))
        for each in plan.inputs
        for row in range(len(household.get(each.of, ({},))))
        if (each.name, row) in waiting and (each.name, row) not in skip
    ]
    return max(questions, key=lambda question: question.decides, default=None)


def _worth(
    plan: Plan, household: Household, each: Input, row: int, now: Mapping[str, Sequence[Possible]], as_of: date
) -> float:
    """Settled targets, and in their absence how much narrower they become (less than one settled target)."""
    answers = list_answers(plan, each)
    gained = 0.0
    for answer in answers:
        then = find_possible(plan, _answered(household, each, row, answer), as_of=as_of)
        for target in plan.targets:
            for before, after in zip(now[target], then[target], strict=True):
                if not before.is_known:
                    width = (after.high - after.low) / (before.high - before.low)
                    gained += 1.0 if after.is_known else 0.5 * (1.0 - width)
    return gained / len(answers)


def list_answers(plan: Plan, each: Input) -> list[Any]:
    """Likely answers: all codes, yes and no; of an amount, both sides of every bound that the law compares it with."""
    if each.unit.kind is Kind.FLAG:
        return [False, True]
    if each.unit.kind is Kind.CODE:
        return list(plan.law.law.codes[each.unit.codes])
    bounds = {each.low, each.high}
    for figure in plan.figures:
        if figure.term is not None and each.name in figure.uses:
            for term in walk(figure.term):
                bounds |= _compared(term)
    within = sorted(bound for bound in bounds if each.low <= bound <= each.high)
    if each.unit.kind is Kind.DATE:
        return _days(plan)
    return within[:MOST_ANSWERS] if len(within) > 2 else [each.low, (each.low + each.high) // 2, each.high]


def _compared(term: Term) -> set[int]:
    if term.op not in ("<", "<=", "==", "min", "max"):
        return set()
    return {value for arg in term.terms() if is_const(arg) for value in (value_of(arg), value_of(arg) + 1)}


def _days(plan: Plan) -> list[date]:
    """Births of every age from a newborn's to an old person's."""
    year = plan.law.since.year
    return [date(year - age, 1, 1) for age in range(0, 100, 100 // MOST_ANSWERS)]


def _answered(household: Household, each: Input, row: int, answer: Any) -> Household:
    rows = [dict(one) for one in household.get(each.of, ({},))]
    rows[row][each.name] = answer
    return {**household, each.of: rows}


__all__ = ["UNKNOWN", "Question", "find_next_question"]
