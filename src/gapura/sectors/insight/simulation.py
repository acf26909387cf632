"""One family under the law as it is and as it would be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gapura.foundation.rules import scalar
from gapura.foundation.rules.law import LawInForce
from gapura.sectors.insight import rules
from gapura.sectors.insight.types import CannotSimulate, Effect, FigureTotal, Household, Measure, Outcome, Source


class Simulation:
    """Compares ``law`` with ``reform`` by what ``measure`` names, as of ``on``; planned once, run for each family."""

    def __init__(self, measure: Measure, law: LawInForce, reform: LawInForce, on: date) -> None:
        self.measure, self.law, self.reform, self.on = measure, law, reform, on
        self.targets = list_targets(measure, law)
        self.signs = [-1 if name in measure.taxes else 1 for name in self.targets]
        self._effects: list[Effect] = []

    def take(self, households: Iterable[Household]) -> int:
        """Reckon the families; returns how many people they are."""
        effects = [self.compare(each) for each in households]
        self._effects += effects
        return sum(each.people for each in effects)

    def compare(self, household: Household) -> Effect:
        """The reform for one family. Raises BadInput when the population gives what the law cannot take."""
        members = household.members
        before, after = self._figures(self.law, household, members), self._figures(self.reform, household, members)
        net_before, net_after = self._net(before), self._net(after)
        marginal = []
        for position, member in enumerate(members):
            if raised := next((fact for fact in self.measure.earnings if member[fact]), ""):
                more = self._with_more(members, position, raised)
                with_more = [self._net(self._figures(law, household, more)) for law in (self.law, self.reform)]
                rates = [
                    rules.marginal_rate(net, then, self.measure.step)
                    for net, then in zip((net_before, net_after), with_more, strict=True)
                ]
                marginal.append((rates[0], rates[1]))
        return Effect(
            region=household.region,
            kind=household.kind,
            people=len(members),
            income=sum(member[fact] for member in members for fact in self.measure.earnings),
            before=before,
            after=after,
            net_before=net_before,
            net_after=net_after,
            marginal=tuple(marginal),
        )

    def sum_up(self, *, population: str, represents: int) -> Outcome:
        """What all families taken so far come to. Raises CannotSimulate when there were none."""
        effects = self._effects
        if not effects:
            raise CannotSimulate(_("The population has nobody in it. Ask for more people."))
        return Outcome(
            everybody=rules.group(effects, "everybody"),
            figures=tuple(self._total(index, name) for index, name in enumerate(self.targets)),
            by_decile=rules.group_by_decile(effects),
            by_region=rules.group_by(effects, lambda each: each.region),
            by_kind=rules.group_by(effects, lambda each: each.kind.value),
            marginal=rules.bands(rate for each in effects for rate in each.marginal),
            law=self.law.digest,
            reform_law=self.reform.digest,
            population=population,
            represents=represents,
        )

    def _total(self, index: int, name: str) -> FigureTotal:
        before = sum(each.before[index] for each in self._effects)
        after = sum(each.after[index] for each in self._effects)
        return FigureTotal(name, self.law.law.words.get(name, {}), name in self.measure.taxes, before, after)

    def _with_more(self, members: Sequence[Mapping[str, Any]], position: int, fact: str) -> list[Mapping[str, Any]]:
        """One of them earns a step more; nothing else changes."""
        return [
            {**member, fact: member[fact] + self.measure.step} if number == position else member
            for number, member in enumerate(members)
        ]

    def _figures(self, law: LawInForce, household: Household, members: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
        rows = {
            self.measure.family: [self._row(self.measure.family, household.facts)],
            self.measure.person: [self._row(self.measure.person, member) for member in members],
        }
        found = scalar.compute(law, self.targets, rows, as_of=self.on)
        return tuple(sum(found[name]) for name in self.targets)

    def _row(self, entity: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: _read(source, facts) for name, source in self.measure.inputs.get(entity, {}).items()}

    def _net(self, figures: Sequence[int]) -> int:
        return sum(sign * value for sign, value in zip(self.signs, figures, strict=True))


def list_targets(measure: Measure, law: LawInForce) -> tuple[str, ...]:
    """The figures of the measure that are in force. Raises CannotSimulate when none is."""
    found = tuple(name for name in (*measure.taxes, *measure.benefits) if name in law.figures)
    if not found:
        raise CannotSimulate(
            _("On that day none of the figures that simulations compare is in force. Take a later one.")
        )
    return found


def _read(source: Source, facts: Mapping[str, Any]) -> Any:
    if not source.fact:
        return source.value
    value = facts[source.fact]
    return source.words[value] if source.words else value // source.divide if source.divide > 1 else value
