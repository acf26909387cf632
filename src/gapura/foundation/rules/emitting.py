"""From a term to lines of Python: locals for what is used twice, branches that only run when they are taken."""

from collections import Counter
from collections.abc import Mapping

from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import Term

_INFIX = {"+": "+", "-": "-", "*": "*", "//": "//", "%": "%", "<": "<", "<=": "<=", "==": "==", "!=": "!="}
_JOINED = {"and": "and", "or": "or"}


class Lines:
    """Lines of one function, indented as they are added."""

    def __init__(self, depth: int = 1) -> None:
        self.text: list[str] = []
        self.depth = depth
        self.used = 0

    def add(self, line: str) -> None:
        self.text.append("    " * self.depth + line)

    def fresh(self) -> str:
        """A local that no other line uses."""
        self.used += 1
        return f"_{self.used}"


class Emitter:
    """Emits terms into ``lines``. ``names``: the Python expression of each input and figure, an atom."""

    def __init__(self, lines: Lines, names: Mapping[str, str], tables: Mapping[str, Table]) -> None:
        self.lines, self.names, self.tables = lines, names, tables
        self.known: dict[Term, str] = {}
        self.often: Counter[Term] = Counter()

    def emit(self, term: Term) -> str:
        """An expression for the term's value; what it needs is in ``lines`` before it."""
        self._tally(term)
        return self._expression(term)

    def _tally(self, term: Term) -> None:
        self.often[term] += 1
        if self.often[term] == 1:
            for each in term.terms():
                self._tally(each)

    def _expression(self, term: Term) -> str:
        if term.op == "const":
            return repr(term.args[0])
        if term.op == "name":
            return self.names[str(term.args[0])]
        if term in self.known:
            return self.known[term]
        text = self._make(term)
        if self.often[term] > 1 and not text.isidentifier():
            text = self._keep(text)
        if text.isidentifier():
            self.known[term] = text
        return text

    def _keep(self, text: str) -> str:
        local = self.lines.fresh()
        self.lines.add(f"{local} = {text}")
        return local

    def _atom(self, term: Term) -> str:
        text = self._expression(term)
        return text if text.isidentifier() or text.lstrip("-").isdigit() else self._keep(text)

    def _make(self, term: Term) -> str:
        args = term.terms()
        if term.op in _INFIX:
            return f"({self._expression(args[0])} {_INFIX[term.op]} {self._expression(args[1])})"
        if term.op in _JOINED:
            return f"({self._expression(args[0])} {_JOINED[term.op]} {self._expression(args[1])})"
        if term.op == "not":
            return f"(not {self._expression(args[0])})"
        if term.op in ("min", "max"):
            one, other = self._atom(args[0]), self._atom(args[1])
            return f"({one} if {one} {'<' if term.op == 'min' else '>'} {other} else {other})"
        if term.op == "if":
            return self._branch(*args)
        return self._look_up(term.op, self.tables[str(term.args[0])], args[0])

    def _branch(self, condition: Term, then: Term, otherwise: Term) -> str:
        local = self.lines.fresh()
        self.lines.add(f"if {self._expression(condition)}:")
        for branch in (then, otherwise):
            before = dict(self.known)
            self.lines.depth += 1
            self.lines.add(f"{local} = {self._expression(branch)}")
            self.lines.depth -= 1
            self.known = before  # what only one branch worked out is not known after it
            if branch is then:
                self.lines.add("else:")
        return local

    def _look_up(self, op: str, table: Table, argument: Term) -> str:
        value = self._atom(argument)
        if op == "row":
            return f"rates_{table.name}[bisect_left(ceilings_{table.name}, {value})]"
        if op == "choose":
            return f"choices_{table.name}[{value}]"
        text = f"0 if {value} <= 0"
        for end, rate, off in table.slices:
            taxed = f"{rate} * {value}" + (f" - {off}" if off else "")
            text += f" else {taxed}" + (f" if {value} <= {end}" if end >= 0 else "")
        return f"({text})"
