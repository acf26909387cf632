"""In which order the figures that somebody asks for are worked out. Done once for a law and a set of targets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from gapura.foundation.rules.law import AS_OF, Entity, Figure, Input, LawInForce


@dataclass(frozen=True)
class Stage:
    """One walk over all of an entity: ``figures`` of each in order; ``sums``: figures of its groups made on the way."""

    entity: str
    figures: tuple[Figure, ...]
    sums: tuple[Figure, ...]


@dataclass(frozen=True)
class Plan:
    """``targets`` as asked; everything below them and nothing else."""

    law: LawInForce
    targets: tuple[str, ...]
    inputs: tuple[Input, ...]
    figures: tuple[Figure, ...]
    stages: tuple[Stage, ...]

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """Those that take part, members before their groups."""
        taking_part = {each.of for each in self.inputs} | {each.of for each in self.figures}
        known = self.law.law.entities
        for name in list(taking_part):
            taking_part |= {group for group in above(known, name) if _between(known, name, group, taking_part)}
        ranked = sorted(known.values(), key=lambda each: -len(above(known, each.name)))
        return tuple(each for each in ranked if each.name in taking_part)

    def get_path(self, entity: str, group: str) -> tuple[str, ...]:
        """The groups to pass from a member up to ``group``, that included."""
        return find_path(self.law.law.entities, entity, group)

    def get_inputs(self, entity: str) -> tuple[Input, ...]:
        return tuple(each for each in self.inputs if each.of == entity)


def above(entities: Mapping[str, Entity], name: str) -> set[str]:
    """All groups that one of the entity is in, directly or through its groups."""
    direct = set(entities[name].groups)
    return direct.union(*(above(entities, group) for group in direct))


def find_path(entities: Mapping[str, Entity], entity: str, group: str) -> tuple[str, ...]:
    """The groups to pass from ``entity`` up to ``group``. Raises LookupError."""
    if entity == group:
        return ()
    for direct in entities[entity].groups:
        if direct == group or group in above(entities, direct):
            return (direct, *find_path(entities, direct, group))
    raise LookupError(f"a {entity} is in no {group}")


def _between(entities: Mapping[str, Entity], name: str, group: str, taking_part: set[str]) -> bool:
    """Whether the group lies on a way from ``name`` to another that takes part."""
    return any(other in above(entities, name) and group in find_path(entities, name, other) for other in taking_part)


def make_plan(law: LawInForce, targets: Sequence[str]) -> Plan:
    """Raises LookupError for a target that is no figure in force, with what is near."""
    asked = tuple(dict.fromkeys(targets))
    for target in asked:
        if target not in law.figures:
            raise LookupError(_unknown(law, target))
    needed = _gather(law, asked)
    figures = tuple(figure for name, figure in law.figures.items() if name in needed)
    inputs = tuple(each for name, each in law.inputs.items() if name in needed)
    return Plan(law, asked, inputs, figures, tuple(_stages(law, figures)))


def get_plan(law: LawInForce, targets: Sequence[str]) -> Plan:
    """The plan, made when it is first asked for."""
    key = ("plan", *targets)
    if key not in law.plans:
        law.plans[key] = make_plan(law, targets)
    plan: Plan = law.plans[key]
    return plan


def _unknown(law: LawInForce, target: str) -> str:
    from difflib import get_close_matches

    if target in law.law.rules:
        return f"{target} is not in force on {law.since}: its versions begin on " + ", ".join(
            str(each.since) for each in law.law.rules[target].versions
        )
    near = get_close_matches(target, law.figures)
    return f"No rule is called {target!r}" + (f"; near: {', '.join(near)}." if near else ".")


def _gather(law: LawInForce, targets: Iterable[str]) -> set[str]:
    needed: set[str] = set()
    waiting = list(targets)
    while waiting:
        name = waiting.pop()
        if name not in needed and name != AS_OF:
            needed.add(name)
            waiting.extend(law.figures[name].uses if name in law.figures else ())
    return needed


def _stages(law: LawInForce, figures: Sequence[Figure]) -> Iterable[Stage]:
    done = {AS_OF, *law.inputs}
    left = {figure.name: figure for figure in figures}
    while left:
        offers = [_offer(law, entity, left, done) for entity in law.law.entities]
        best = max(offers, key=lambda stage: len(stage.figures) + len(stage.sums))
        for figure in (*best.figures, *best.sums):
            done.add(figure.name)
            del left[figure.name]
        yield best


def _offer(law: LawInForce, entity: str, left: Mapping[str, Figure], done: set[str]) -> Stage:
    """All that one walk over the entity can work out with what is done."""
    walked: dict[str, Figure] = {}
    for figure in left.values():  # in the order of the law, so one pass is enough
        if (
            figure.of == entity
            and figure.aggregate is None
            and all(use in done or use in walked for use in figure.uses)
        ):
            walked[figure.name] = figure
    sums = [
        figure
        for figure in left.values()
        if figure.aggregate is not None
        and figure.aggregate.members == entity
        and all(use in done or use in walked for use in figure.uses)
    ]
    return Stage(entity, tuple(walked.values()), tuple(sums))
