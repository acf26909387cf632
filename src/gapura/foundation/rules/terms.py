"""A rule's body as one expression: what every generated form, the intervals and the explanation are walks over."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Union

Argument = Union["Term", int, str]


@dataclass(frozen=True, slots=True)
class Term:
    """One operation. ``args`` are terms, except: the value of ``const``, the name of ``name``, the table of
    ``progressive``, ``row`` and ``choose`` (first).

    const · name · + - * // % · min max · < <= == != · and or not · if(condition, then, otherwise) ·
    progressive(table, x) and row(table, x) (numerators over the table's denominator) · choose(table, code)
    """

    op: str
    args: tuple[Argument, ...]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.op, self.args)))

    def __hash__(self) -> int:
        return self._hash  # once: terms are deep, and looked up often

    def terms(self) -> tuple["Term", ...]:
        """The arguments that are terms."""
        return tuple(each for each in self.args if isinstance(each, Term))


def const(value: int) -> Term:
    """A whole number."""
    return Term("const", (value,))


def name(of: str) -> Term:
    """The value of an input or of another figure."""
    return Term("name", (of,))


ZERO, ONE = const(0), const(1)


def is_const(term: Term) -> bool:
    return term.op == "const"


def value_of(term: Term) -> int:
    """The number of a ``const``."""
    value = term.args[0]
    assert isinstance(value, int)
    return value


_FOLDED = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
}


def make(op: str, *args: Term) -> Term:
    """A term, worked out already where all is known."""
    if op in _FOLDED and all(is_const(arg) for arg in args):
        return const(_FOLDED[op](*(value_of(arg) for arg in args)))
    if op == "*" and ONE in args:
        return args[1] if args[0] == ONE else args[0]
    if op == "//" and args[1] == ONE:
        return args[0]
    if op == "if" and is_const(args[0]):
        return args[1] if value_of(args[0]) else args[2]
    return Term(op, args)


def walk(term: Term, seen: set[int] | None = None) -> Iterator[Term]:
    """The term and all below it, the deepest first; a shared one once."""
    seen = set() if seen is None else seen
    if id(term) in seen:
        return
    seen.add(id(term))
    for each in term.terms():
        yield from walk(each, seen)
    yield term
