"""The text of a law as loops, for Numba. Amounts and rates are arguments, so a reform of them compiles nothing.

A nation is walked in pieces small enough for the cache of a processor; over each, every stage of the plan is one loop.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gapura.foundation.rules.authoring import Rows
from gapura.foundation.rules.emitting import Emitter, Lines
from gapura.foundation.rules.law import AS_OF, Figure
from gapura.foundation.rules.planning import Plan, Stage
from gapura.foundation.rules.populations import list_memberships
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term, value_of

MOST_RULES = 120
"""A loop of more is several: compiling takes longer than in proportion (1 s for 100 rules, a minute for 1,000)."""

LIGHT = 24
"""Operations that are sooner done for nothing than a wrong guess of the processor's is put right."""

_WITHOUT_BRANCH = {"and": "&", "or": "|"}

NJIT = '@njit(nogil=True, error_model="numpy", cache=True)'  # nothing here divides by zero: it was proved

HEAD = f'''\
"""Made from the law; not to be edited."""

from numba import njit
from numpy import empty, int64, uint64


{NJIT}
def find_row(table, first, count, value):
    low, high = first, first + count
    while low < high:
        middle = (low + high) // 2
        if table[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low - first

'''


@dataclass(frozen=True)
class Source:
    """``numbers`` are the amounts of this law, in the order in which ``text`` reads them; ``arguments`` the names of
    what its ``drive`` is given after pieces, day and numbers."""

    text: str
    numbers: tuple[int, ...]
    arguments: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Names what the text does: laws that differ in amounts only share it."""
        return sha256(self.text.encode()).hexdigest()[:32]


class Numbers:
    """The amounts of a law by position; in the text they are ``k_0``, ``k_1`` …"""

    def __init__(self) -> None:
        self.values: list[int] = []

    def add(self, *values: int) -> int:
        """The position of the first."""
        self.values += values
        return len(self.values) - len(values)


class LoopEmitter(Emitter):
    """Emits terms for a loop: numbers by position, tables without branches."""

    def __init__(self, lines: Lines, names: Mapping[str, str], tables: Mapping[str, Table], numbers: Numbers) -> None:
        super().__init__(lines, names, tables)
        self.numbers = numbers
        self.read: list[str] = []  # lines that take the numbers before the loop begins

    def number(self, value: int) -> str:
        """A local that holds the number; 0 and 1 are no amounts of a law."""
        if value in (0, 1):
            return repr(value)
        position = self.numbers.add(value)
        self.read.append(f"k_{position} = numbers[{position}]")
        return f"k_{position}"

    def _expression(self, term: Term) -> str:
        return self.number(value_of(term)) if term.op == "const" else super()._expression(term)

    def _make(self, term: Term) -> str:
        args = term.terms()
        if term.op in ("//", "%") and args[1].op == "const":  # a divisor that is known is no division
            return f"({self._expression(args[0])} {term.op} {value_of(args[1])})"
        if term.op in _WITHOUT_BRANCH:
            return f"({self._expression(args[0])} {_WITHOUT_BRANCH[term.op]} {self._expression(args[1])})"
        if term.op == "not":
            return f"({self._expression(args[0])} == 0)"
        if term.op == "if" and _weigh(args[1]) + _weigh(args[2]) <= LIGHT:
            condition, then, otherwise = (self._atom(each) for each in args)
            return f"({then} if {condition} else {otherwise})"
        return super()._make(term)

    def _look_up(self, op: str, table: Table, argument: Term) -> str:
        value = self._atom(argument)
        if op == "choose":
            return f"numbers[{self.numbers.add(*table.choices)} + {value}]"
        if op == "row":
            assert isinstance(table.value, Rows)
            first, rates = self.numbers.add(*table.value.ceilings), self.numbers.add(*table.rates)
            return f"numbers[{rates} + find_row(numbers, {first}, {len(table.value.ceilings)}, {value})]"
        above = self._keep(f"max({value}, 0)")
        return "(" + " + ".join(self._slice(above, floor, rise) for floor, rise in table.rises) + ")"

    def _slice(self, above: str, floor: int, rise: int) -> str:
        return f"{self.number(rise)} * " + (f"max({above} - {self.number(floor)}, 0)" if floor else above)


def _weigh(term: Term) -> int:
    """How many operations the term takes; a search or a division by what is not known count for many."""
    own = {"row": LIGHT, "progressive": LIGHT // 2, "const": 0, "name": 0}.get(term.op, 1)
    if term.op in ("//", "%") and term.terms()[1].op != "const":
        own = LIGHT
    return own + sum(_weigh(each) for each in term.terms())


def write_source(plan: Plan) -> Source:
    """The module's text: one function for each stage, and ``drive``, which takes them over a range of pieces."""
    return _Source(plan).write()


def cut_stages(plan: Plan) -> Iterator[Stage]:
    """The stages of the plan, those with very many rules in several."""
    for stage in plan.stages:
        figures = stage.figures
        while len(figures) > MOST_RULES:
            yield Stage(stage.entity, figures[:MOST_RULES], ())
            figures = figures[MOST_RULES:]
        yield Stage(stage.entity, figures, stage.sums)


class _Source:
    """Names in the text: ``a_x`` the column of x, ``s_x`` one that is kept for a piece only, ``v_x`` its value in a
    row, ``p_m_g`` where the group of each m is, ``f_e`` and ``e_e`` the first row of e in the piece and its end,
    ``c_e`` its cuts."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.stages, self.numbers = plan, tuple(cut_stages(plan)), Numbers()
        self.kept = self._find_kept()
        self.sums = [figure.name for stage in self.stages for figure in stage.sums]

    def _find_kept(self) -> tuple[str, ...]:
        """Figures that need a column: targets, sums, and what another loop reads."""
        kept = set(self.plan.targets)
        for stage in self.stages:
            own = {figure.name for figure in stage.figures}
            kept |= {figure.name for figure in stage.sums}
            kept |= {use for figure in (*stage.figures, *stage.sums) for use in figure.uses} - own
        return tuple(figure.name for figure in self.plan.figures if figure.name in kept)

    def write(self) -> Source:
        """All of the text, and what ``drive`` is to be given."""
        calls: list[str] = []
        loops = [self._loop(number, stage, calls) for number, stage in enumerate(self.stages)]
        text = HEAD + "".join(loops) + self._drive(calls)
        return Source(text, tuple(self.numbers.values), tuple(self._arguments()))

    def _arguments(self) -> list[str]:
        columns = [each.name for each in self.plan.inputs] + list(self.plan.targets)
        cuts = [f"c_{entity.name}" for entity in self.plan.entities]
        widest = [f"widest_{entity.name}" for entity in self.plan.entities]
        memberships = [f"p_{member}_{group}" for member, group in list_memberships(self.plan)]
        return [*widest, *cuts, *memberships, *(f"a_{name}" for name in columns)]

    def _loop(self, number: int, stage: Stage, calls: list[str]) -> str:
        """The function of one stage; how it is called is added to ``calls``."""
        loop = _Loop(self, stage)
        text = loop.write(f"loop_{number}")
        calls.append(f"loop_{number}({', '.join(loop.given)})")
        return text

    def get_place(self, name: str, position: str) -> str:
        """Where the text keeps the value of ``name`` for the row at ``position``."""
        if name in self.kept and name not in self.plan.targets:
            return f"s_{name}[{position} - f_{self.plan.law.get_entity(name)}]"
        return f"a_{name}[{position}]"

    def _drive(self, calls: Sequence[str]) -> str:
        entities = [entity.name for entity in self.plan.entities]
        lines = Lines()
        scratch = [name for name in self.kept if name not in self.plan.targets]
        for name in scratch:
            lines.add(f"s_{name} = empty(widest_{self.plan.law.get_entity(name)}, int64)")
        lines.add("for piece in range(first, last):")
        lines.depth += 1
        for name in entities:
            lines.add(f"f_{name}, e_{name} = uint64(c_{name}[piece]), uint64(c_{name}[piece + 1])")
        for call in calls:
            lines.add(call)
        head = f"def drive(first, last, as_of, numbers, {', '.join(self._arguments())}):"
        return "\n".join(["", NJIT, head, *lines.text, ""])


class _Loop:
    """One stage. ``given`` are its arguments, which are called alike inside and outside."""

    def __init__(self, source: _Source, stage: Stage) -> None:
        self.source, self.stage, self.plan = source, stage, source.plan
        self.lines = Lines(depth=2)
        self.given = [f"f_{stage.entity}", f"e_{stage.entity}", "as_of", "numbers"]
        self.read: list[str] = []

    def write(self, name: str) -> str:
        """The text of the function."""
        stage = self.stage
        uses = {use for figure in (*stage.figures, *stage.sums) for use in figure.uses}
        names = {AS_OF: "as_of"} | {figure.name: f"v_{figure.name}" for figure in stage.figures}
        for use in sorted(uses - names.keys()):
            names[use] = f"v_{use}"
            self.lines.add(f"v_{use} = int64({self._place(use)})")
        for figure in stage.figures:
            self._figure(figure, names)
        for figure in stage.sums:
            self.lines.add(f"{self._place(figure.name)} += {names[figure.uses[0]]}")
        zero = self._zero()
        head = f"def {name}({', '.join(self.given)}):"
        first, end = self.given[:2]
        body = [*(f"    {line}" for line in self.read), f"    for i in range({first}, {end}):", *self.lines.text]
        return "\n".join(["", NJIT, head, *zero, *body, "", ""])

    def _zero(self) -> list[str]:
        """Sums begin at nothing."""
        lines = []
        for figure in self.stage.sums:
            self._need(f"f_{figure.of}", f"e_{figure.of}")
            place = self.source.get_place(figure.name, "i")
            lines += [f"    for i in range(f_{figure.of}, e_{figure.of}):", f"        {place} = 0"]
        return lines

    def _need(self, *arguments: str) -> None:
        self.given += [each for each in arguments if each not in self.given]

    def _figure(self, figure: Figure, names: Mapping[str, str]) -> None:
        assert isinstance(figure.term, Term)
        emitter = LoopEmitter(self.lines, names, self.plan.law.tables, self.source.numbers)
        self.lines.add(f"v_{figure.name} = int64({emitter.emit(figure.term)})")
        if figure.name in self.source.kept:
            self.lines.add(f"{self._place(figure.name)} = v_{figure.name}")
        self.read += emitter.read

    def _place(self, name: str) -> str:
        """The value of the row's own, or of its group."""
        entity = self.plan.law.get_entity(name)
        place = self.source.get_place(name, self._position(entity))
        self._need(place.partition("[")[0], *([f"f_{entity}"] if place.startswith("s_") else []))
        return place

    def _position(self, group: str) -> str:
        """Where the row's own group is."""
        entity, position = self.stage.entity, "i"
        for step in self.plan.get_path(entity, group):
            line = f"at_{step} = uint64(p_{entity}_{step}[{position}])"
            if "    " * self.lines.depth + line not in self.lines.text:
                self._need(f"p_{entity}_{step}")
                self.lines.add(line)
            entity, position = step, f"at_{step}"
        return position
