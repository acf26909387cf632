"""One household: generated Python on exact integers, plain or with the tree that explains every figure."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from gapura.foundation.rules.emitting import Emitter, Lines
from gapura.foundation.rules.errors import BadInput
from gapura.foundation.rules.law import AS_OF, Figure, Input, LawInForce
from gapura.foundation.rules.planning import Plan, Stage, get_plan
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term
from gapura.foundation.rules.units import RATE_SCALE, Kind, date_number

Row = Mapping[str, Any]
Household = Mapping[str, Sequence[Row]]
"""For each entity its rows: inputs by name, and for each group it is in where that group's row is (0 if left out)."""
Figures = dict[str, list[int]]
"""For each target the value of each row, as whole numbers (rates in millionths, flags 0 and 1)."""
Compiled = Callable[[Household, int], Any]


def compute(law: LawInForce, targets: Sequence[str], household: Household, *, as_of: date) -> Figures:
    """The targets of one household. Raises BadInput, and LookupError for a target that is not in force."""
    figures: Figures = get_compiled(law, targets, explained=False)(household, as_number(as_of))
    return figures


def explain(law: LawInForce, targets: Sequence[str], household: Household, *, as_of: date) -> dict[str, list[Any]]:
    """Like ``compute``; each value is a node ``{"value", "rule", "from"}``, an input ``{"value", "input", "row"}``.

    ``rule`` and ``input`` are one dict for all nodes of a name (``describe``); nodes that many rules use are shared."""
    nodes: dict[str, list[Any]] = get_compiled(law, targets, explained=True)(household, as_number(as_of))
    return nodes


def get_compiled(law: LawInForce, targets: Sequence[str], *, explained: bool) -> Compiled:
    """The generated function, made when it is first asked for."""
    key = (explained, tuple(targets))
    compiled: Compiled | None = law.plans.get(key)
    if compiled is None:
        compiled = law.plans[key] = _Writer(get_plan(law, targets), explained).compile()
    return compiled


def describe(law: LawInForce, figure: Figure) -> dict[str, Any]:
    """What a node says of its rule: name, title, unit, articles, since when, how certain, parameters, law."""
    return {
        "name": figure.name,
        "title": law.law.words.get(figure.name, {}),
        "unit": str(figure.unit),
        "of": figure.of,
        "cite": figure.cite,
        "since": figure.since,
        "certainty": figure.certainty,
        "law": law.digest,
        "parameters": [
            {
                "name": name,
                "title": law.law.parameters[name].title,
                "value": law.parameters[name].value,
                "unit": str(law.law.parameters[name].unit),
                "cite": law.parameters[name].cite,
                "since": law.parameters[name].since,
                "certainty": law.parameters[name].certainty,
            }
            for name in figure.parameters
        ],
    }


def describe_input(law: LawInForce, each: Input) -> dict[str, Any]:
    """What a node says of an input: name, title, unit, and the codes it is one of."""
    codes = list(law.law.codes[each.unit.codes].items()) if each.unit.kind is Kind.CODE else []
    return {"name": each.name, "title": each.title, "unit": str(each.unit), "of": each.of, "codes": codes}


def read_datum(each: Input, codes: Sequence[str], value: Any, row: int) -> int:
    """A datum as the number that rules reckon with. Raises BadInput that says what would be right."""
    where = f" ({each.of} {row + 1})"
    if each.unit.kind is Kind.CODE:
        if value in codes:
            return codes.index(value)
        raise BadInput(each.name, f"{value!r} is none of {', '.join(codes)}{where}.")
    number = _READERS.get(each.unit.kind, _read_whole)(each, value, where)
    if not each.low <= number <= each.high:
        raise BadInput(each.name, f"{number} is not between {each.low} and {each.high}{where}.")
    return number


def _read_whole(each: Input, value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(each.name, f"{value!r} is no whole number{where}. Give it without decimals.")
    return value


def _read_flag(each: Input, value: Any, where: str) -> int:
    if value not in (0, 1):
        raise BadInput(each.name, f"{value!r} is neither yes nor no{where}. Give true or false.")
    return int(value)


def _read_day(each: Input, value: Any, where: str) -> int:
    try:
        return as_number(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError as error:
        raise BadInput(each.name, f"{value!r} is no date{where}. Write it as 2024-02-29.") from error


def _read_rate(each: Input, value: Any, where: str) -> int:
    from gapura.foundation.rules.parameters import parse_rate

    try:
        millionths = parse_rate(value) * RATE_SCALE
    except ValueError as error:
        raise BadInput(each.name, f"{value!r} is no rate{where}. Write it as '5%'.") from error
    if millionths.denominator != 1:
        raise BadInput(each.name, f"{value!r} is finer than a millionth{where}.")
    return int(millionths)


_READERS: Mapping[Kind, Callable[[Input, Any, str], int]] = {
    Kind.DATE: _read_day,
    Kind.FLAG: _read_flag,
    Kind.RATE: _read_rate,
}


def as_number(day: date) -> int:
    """A day as rules reckon with it."""
    return date_number(day.year, day.month, day.day)


class _Writer:
    """Writes the function of one plan. Locals: ``v_x`` a value, ``n_x`` its node, ``all_x`` and ``nodes_x`` those of
    all rows, ``at_m_g`` where the group of each m is."""

    def __init__(self, plan: Plan, explained: bool) -> None:
        self.plan, self.explained = plan, explained
        self.lines = Lines()
        self.codes = {name: tuple(codes) for name, codes in plan.law.law.codes.items()}
        self.scope: dict[str, Any] = {
            "bisect_left": bisect_left, "count": count, "find_positions": _find_positions, "NOTHING": ({},)
        }  # fmt: skip
        self.walks = self._find_walks()
        self.kept = self._find_kept()
        self.waiting = {each.name for each in plan.inputs}  # inputs that no walk has read yet

    def compile(self) -> Compiled:
        """The function, compiled."""
        for table in self.plan.law.tables.values():
            self._bind(table)
        if self.explained:
            self.scope[f"META_{AS_OF}"] = {"name": AS_OF, "title": {}, "unit": "date", "of": "", "codes": []}
            self.lines.add(f'n_{AS_OF} = {{"value": v_{AS_OF}, "input": META_{AS_OF}, "row": NOTHING[0]}}')
        for entity in self.plan.entities:
            self.lines.add(f"rows_{entity.name} = household.get({entity.name!r}, NOTHING)")
        for member, group in self._find_memberships():
            self.lines.add(f"at_{member}_{group} = find_positions(rows_{member}, {group!r}, len(rows_{group}))")
        for each in self.plan.inputs:
            self._make_room(each)
        for figure in self.plan.figures:
            self._make_room(figure)
        for stage in self.plan.stages:
            self._stage(stage)
        prefix = "nodes" if self.explained else "all"
        listed = ", ".join(f"{target!r}: {prefix}_{target}" for target in self.plan.targets)
        self.lines.add(f"return {{{listed}}}")
        text = "def run(household, v_as_of):\n" + "\n".join(self.lines.text)
        exec(compile(text, "<law>", "exec"), self.scope)  # noqa: S102  generated from the law alone, no datum in it
        run: Compiled = self.scope["run"]
        return run

    def _bind(self, table: Table) -> None:
        if hasattr(table.value, "ceilings"):
            self.scope[f"ceilings_{table.name}"], self.scope[f"rates_{table.name}"] = table.value.ceilings, table.rates
        elif hasattr(table.value, "values"):
            self.scope[f"choices_{table.name}"] = table.choices

    def _find_walks(self) -> dict[str, list[int]]:
        """The walks that make or read each input and figure, in order."""
        walks: dict[str, list[int]] = {}
        for number, stage in enumerate(self.plan.stages):
            for figure in stage.figures:
                walks.setdefault(figure.name, []).append(number)
            for use in _uses(stage):
                if number not in walks.setdefault(use, []):
                    walks[use].append(number)
        return walks

    def _find_kept(self) -> set[str]:
        """What was asked for, and what more than one walk reads, or a walk over others."""
        entities = [stage.entity for stage in self.plan.stages]
        kept = {name for name, walks in self.walks.items() if name != AS_OF and self._is_shared(name, walks, entities)}
        return kept | set(self.plan.targets)

    def _is_shared(self, name: str, walks: Sequence[int], entities: Sequence[str]) -> bool:
        return len(walks) > 1 or any(entities[walk] != self.plan.law.get_entity(name) for walk in walks)

    def _find_memberships(self) -> list[tuple[str, str]]:
        """Each step (member, group) that some walk takes, once."""
        steps: dict[tuple[str, str], None] = {}
        for stage in self.plan.stages:
            groups = [self.plan.law.get_entity(use) for use in _uses(stage) if use != AS_OF]
            for group in dict.fromkeys([*groups, *(figure.of for figure in stage.sums)]):
                entity = stage.entity
                for step in self.plan.get_path(entity, group):
                    steps[entity, step] = None
                    entity = step
        return list(steps)

    def _make_room(self, each: Input | Figure) -> None:
        """Lists for what is kept; an input that others read before its own entity is walked is read at once."""
        name, described = each.name, self.explained
        if described:
            law = self.plan.law
            self.scope[f"META_{name}"] = describe_input(law, each) if isinstance(each, Input) else describe(law, each)
        if isinstance(each, Figure) and each.aggregate is not None:
            self.lines.add(f"all_{name} = [0] * len(rows_{each.of})")
            if described:
                node = f'{{"value": 0, "rule": META_{name}, "from": []}}'
                self.lines.add(f"nodes_{name} = [{node} for _ in rows_{each.of}]")
        elif name in self.kept:
            self.lines.add(f"all_{name} = []" + (f"; nodes_{name} = []" if described else ""))
        if isinstance(each, Input) and self.plan.stages[self.walks[name][0]].entity != each.of:
            self.lines.add(f"for i, row in enumerate(rows_{each.of}):")
            self._inside(lambda: self._input(each))

    def _inside(self, write: Callable[[], object]) -> None:
        self.lines.depth += 1
        write()
        self.lines.depth -= 1

    def _stage(self, stage: Stage) -> None:
        """One walk: a loop over the entity and, side by side, all that is known of it."""
        entity, uses = stage.entity, _uses(stage)
        names = {AS_OF: f"v_{AS_OF}"} | {figure.name: f"v_{figure.name}" for figure in stage.figures}
        fresh = [each for each in self.plan.get_inputs(entity) if each.name in uses and each.name in self.waiting]
        beside: dict[str, str] = {"i": "count()"} if fresh else {}
        if fresh or not uses - {AS_OF}:
            beside["row"] = f"rows_{entity}"
        reached: dict[str, str] = {}
        for use in sorted(uses - names.keys()):
            names[use] = f"v_{use}"
            if use not in {each.name for each in fresh}:
                self._reach(entity, use, beside, reached)
        for figure in stage.sums:
            self._climb(entity, figure.of, beside, reached)
        walked = beside if len(beside) == 1 else {", ".join(beside): f"zip({', '.join(beside.values())}, strict=False)"}
        ((variables, rows),) = walked.items()
        self.lines.add(f"for {variables} in {rows}:")
        self._inside(lambda: self._walk(stage, fresh, reached, names))
        if self.explained:
            for figure in stage.sums:
                self.lines.add(f"for node, value in zip(nodes_{figure.name}, all_{figure.name}, strict=True):")
                self._inside(lambda: self.lines.add('node["value"] = value'))

    def _walk(self, stage: Stage, fresh: Sequence[Input], reached: Mapping[str, str], names: Mapping[str, str]) -> None:
        for local, value in reached.items():
            self.lines.add(f"{local} = {value}")
        for each in fresh:
            self._input(each)
        for figure in stage.figures:
            self._figure(figure, names)
        for figure in stage.sums:
            self._sum(stage.entity, figure, names)

    def _reach(self, entity: str, use: str, beside: dict[str, str], reached: dict[str, str]) -> None:
        """Take a figure of an earlier walk: of this row, or of a group that it is in."""
        position = self._climb(entity, self.plan.law.get_entity(use), beside, reached)
        for local, every in ((f"v_{use}", f"all_{use}"), (f"n_{use}", f"nodes_{use}"))[: 1 + self.explained]:
            if position:
                reached[local] = f"{every}[{position}]"
            else:
                beside[local] = every

    def _climb(self, entity: str, group: str, beside: dict[str, str], reached: dict[str, str]) -> str:
        """The local that says where the row's own group is; none for the row itself."""
        local = ""
        for step in self.plan.get_path(entity, group):
            if local:
                reached[f"at_{step}"] = f"at_{entity}_{step}[{local}]"
            else:
                beside[f"at_{step}"] = f"at_{entity}_{step}"
            entity, local = step, f"at_{step}"
        return local

    def _input(self, each: Input) -> None:
        name = each.name
        self.waiting.discard(name)
        self.scope[f"read_{name}"] = self._make_reader(each)
        self.lines.add(f"v_{name} = row.get({name!r})")
        if each.unit.kind is Kind.FLAG:
            self.lines.add(f"if v_{name}.__class__ is not bool: v_{name} = read_{name}(v_{name}, i)")
        elif each.unit.kind in (Kind.CODE, Kind.DATE, Kind.RATE):
            self.lines.add(f"v_{name} = read_{name}(v_{name}, i)")
        else:
            odd = f"v_{name}.__class__ is not int or not {each.low} <= v_{name} <= {each.high}"
            self.lines.add(f"if {odd}: v_{name} = read_{name}(v_{name}, i)")
        self._node(name, f'{{"value": v_{name}, "input": META_{name}, "row": row}}')

    def _make_reader(self, each: Input) -> Callable[[Any, int], int]:
        codes = self.codes.get(each.unit.codes, ())

        def read(value: Any, row: int) -> int:
            if value is None and each.default is not None:
                return each.default
            if value is None:
                raise BadInput(each.name, f"it is not given for {each.of} {row + 1}.")
            return read_datum(each, codes, value, row)

        if each.unit.kind is Kind.CODE:
            return _make_code_reader({code: number for number, code in enumerate(codes)}, read)
        return _make_day_reader(each, read) if each.unit.kind is Kind.DATE else read

    def _figure(self, figure: Figure, names: Mapping[str, str]) -> None:
        assert isinstance(figure.term, Term)
        value = Emitter(self.lines, names, self.plan.law.tables).emit(figure.term)
        self.lines.add(f"v_{figure.name} = {value}")
        nodes = ", ".join(f"n_{use}" for use in figure.uses)
        self._node(figure.name, f'{{"value": v_{figure.name}, "rule": META_{figure.name}, "from": [{nodes}]}}')

    def _node(self, name: str, node: str) -> None:
        if self.explained:
            self.lines.add(f"n_{name} = {node}")
        if name in self.kept:
            self.lines.add(f"all_{name}.append(v_{name})")
            if self.explained:
                self.lines.add(f"nodes_{name}.append(n_{name})")

    def _sum(self, entity: str, figure: Figure, names: Mapping[str, str]) -> None:
        use, position = figure.uses[0], f"at_{figure.of}"
        self.lines.add(f"if {names[use]}: all_{figure.name}[{position}] += {names[use]}")
        if self.explained:
            self.lines.add(f'nodes_{figure.name}[{position}]["from"].append(n_{use})')


def _uses(stage: Stage) -> set[str]:
    return {use for figure in (*stage.figures, *stage.sums) for use in figure.uses}


def _find_positions(rows: Sequence[Row], group: str, groups: int) -> list[int]:
    """Where the group of each row is. Raises BadInput."""
    positions = [row.get(group, 0) for row in rows]
    for position in positions:
        if position.__class__ is not int or not 0 <= position < groups:
            raise BadInput(group, f"there is no row {position!r}.")
    return positions


def _make_code_reader(known: Mapping[str, int], read: Callable[[Any, int], int]) -> Callable[[Any, int], int]:
    """The usual case first."""

    def read_code(value: Any, row: int) -> int:
        number = known.get(value) if value.__class__ is str else None
        return read(value, row) if number is None else number

    return read_code


def _make_day_reader(each: Input, read: Callable[[Any, int], int]) -> Callable[[Any, int], int]:
    """The usual cases first."""
    low, high, parse = each.low, each.high, date.fromisoformat

    def read_day(value: Any, row: int) -> int:
        try:
            day = value if value.__class__ is date else parse(value)
        except (TypeError, ValueError):
            return read(value, row)
        number = day.year * 10_000 + day.month * 100 + day.day
        return number if low <= number <= high else read(value, row)

    return read_day
