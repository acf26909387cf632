"""A rule told in words: what it reckoned for one row, step by step, in the reader's language.

It follows the rule's own text with the values of that row, so it tells what was done and not what might be.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from gapura.foundation.rules import authoring
from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.reading import parse
from gapura.foundation.rules.units import Kind, Unit
from gapura.kernel.law.lookups import LookUp, look_up_row, look_up_slices


@dataclass(frozen=True, slots=True)
class Known:
    """What an argument stands for: its value as rules written by hand take it, unit, and title."""

    value: Any
    unit: Unit
    title: str
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """``words`` give ``result``. ``because``: the conditions that led here. ``is_last``: it is the figure itself."""

    words: str
    result: str
    because: tuple[str, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Story:
    """How a figure was reckoned; ``value`` is what the rule gave, ``lookups`` what it found in tables."""

    steps: tuple[Step, ...]
    lookups: tuple[LookUp, ...]
    value: Any


Show = Callable[[Any, Unit, Mapping[str, str]], str]
"""A value in words, by its unit; codes by the titles of their choices."""


def tell(function: Callable[..., Any], known: Mapping[str, Known], unit: Unit, show: Show) -> Story:
    """What the rule did with these arguments. ``unit`` is that of its figure."""
    return _Teller(known, unit, show).tell(_definition(function))


@lru_cache(maxsize=1024)
def _definition(function: Callable[..., Any]) -> ast.FunctionDef:
    return parse(function)[0]


@dataclass(frozen=True, slots=True)
class _Said:
    """A part of a sentence: ``is_sum`` wants brackets before it is multiplied; ``is_plain`` is a value alone."""

    words: str
    value: Any
    unit: Unit
    is_sum: bool = False
    is_plain: bool = False


_NUMBER, _FLAG, _RATE = Unit(Kind.NUMBER), Unit(Kind.FLAG), Unit(Kind.RATE)
_SIGNS: Mapping[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", lambda a, b: a + b),
    ast.Sub: ("−", lambda a, b: a - b),
    ast.Mult: ("×", lambda a, b: a * b),
    ast.Div: ("÷", lambda a, b: Fraction(a) / b),
    ast.Lt: ("<", lambda a, b: a < b),
    ast.LtE: ("≤", lambda a, b: a <= b),
    ast.Gt: (">", lambda a, b: a > b),
    ast.GtE: ("≥", lambda a, b: a >= b),
    ast.Eq: ("=", lambda a, b: a == b),
    ast.NotEq: ("≠", lambda a, b: a != b),
}
_WORDS = {word.__name__: word for word in authoring.WORDS} | {"min": min, "max": max}


class _Teller:
    """Walks one rule. ``locals``: names that the rule gave to what it reckoned on the way."""

    def __init__(self, known: Mapping[str, Known], unit: Unit, show: Show) -> None:
        self.known, self.unit, self.show = known, unit, show
        self.locals: dict[str, _Said] = {}
        self.steps: list[Step] = []
        self.because: list[str] = []
        self.lookups: list[LookUp] = []

    def tell(self, definition: ast.FunctionDef) -> Story:
        value = self._follow(definition.body)
        return Story(tuple(self.steps), tuple(dict.fromkeys(self.lookups)), value)

    def _follow(self, body: Sequence[ast.stmt]) -> Any:
        """The value that is returned, or None when the statements end without one."""
        for statement in body:
            if isinstance(statement, ast.Return) and statement.value is not None:
                said = self._say(statement.value)
                self._step(replace(said, unit=self.unit), is_last=True)
                return said.value
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                said = self._say(statement.value)
                if not said.is_plain:
                    self._step(said, is_last=False)
                shown = self.show(said.value, said.unit, {})
                self.locals[statement.targets[0].id] = _Said(shown, said.value, said.unit, is_plain=True)
            if isinstance(statement, ast.If):
                condition = self._decide(statement.test)
                value = self._follow(statement.body if condition else statement.orelse)
                if value is not None:
                    return value
        return None

    def _step(self, said: _Said, *, is_last: bool) -> None:
        words = "" if said.is_plain and said.words == self.show(said.value, said.unit, {}) else said.words
        self.steps.append(Step(words, self.show(said.value, said.unit, {}), tuple(self.because), is_last))
        self.because.clear()

    def _decide(self, test: ast.expr) -> bool:
        """Whether the condition holds; notes the reason for what follows."""
        said = self._say(test)
        if said.value:
            self.because.append(said.words)
            return True
        turned = _turned(test)
        self.because.append(self._say(turned).words if turned else _denied(said.words))
        return False

    # Expressions

    def _say(self, node: ast.expr) -> _Said:
        said: _Said = getattr(self, f"_say_{type(node).__name__.lower()}")(node)
        return said

    def _say_constant(self, node: ast.Constant) -> _Said:
        unit = _FLAG if isinstance(node.value, bool) else _NUMBER
        words = str(node.value) if isinstance(node.value, str) else self.show(node.value, unit, {})
        return _Said(words, node.value, unit, is_plain=True)

    def _say_name(self, node: ast.Name) -> _Said:
        if node.id in self.locals:
            return self.locals[node.id]
        known = self.known[node.id]
        if isinstance(known.value, Brackets | Rows | Choices):
            return _Said(known.title, known.value, known.unit, is_plain=True)
        shown = self.show(known.value, known.unit, known.choices)
        words = known.title if known.unit.kind is Kind.FLAG else f"{shown} ({known.title})"
        return _Said(words, known.value, known.unit, is_plain=True)

    def _say_unaryop(self, node: ast.UnaryOp) -> _Said:
        of = self._say(node.operand)
        if isinstance(node.op, ast.Not):
            return _Said(_denied(of.words), not of.value, _FLAG)
        return _Said(f"−{of.words}", -of.value, of.unit)

    def _say_boolop(self, node: ast.BoolOp) -> _Said:
        """Only as far as it was read: what decided."""
        stops = isinstance(node.op, ast.Or)
        said = []
        for each in node.values:
            said.append(self._say(each))
            if bool(said[-1].value) is stops:
                return said[-1]
        return _Said(" · ".join(one.words for one in said), said[-1].value, _FLAG)

    def _say_ifexp(self, node: ast.IfExp) -> _Said:
        return self._say(node.body if self._decide(node.test) else node.orelse)

    def _say_compare(self, node: ast.Compare) -> _Said:
        left, parts, holds = self._say(node.left), [], True
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                return self._say_membership(left, right, isinstance(op, ast.In))
            other = self._fit(self._say(right), left)
            left = self._fit(left, other)
            sign, compare = _SIGNS[type(op)]
            parts.append(f"{left.words} {sign} {self._code_words(node.left, other)}")
            holds, left = holds and compare(left.value, other.value), other
        return _Said(" · ".join(parts), holds, _FLAG)

    def _say_membership(self, left: _Said, right: ast.expr, is_in: bool) -> _Said:
        values = [each.value for each in getattr(right, "elts", []) if isinstance(each, ast.Constant)]
        return _Said(left.words, (left.value in values) is is_in, _FLAG)

    def _code_words(self, node: ast.expr, other: _Said) -> str:
        """The title of a code that is written in the rule."""
        if isinstance(node, ast.Name) and node.id in self.known and isinstance(other.value, str):
            return self.known[node.id].choices.get(other.value, other.value)
        return other.words

    def _say_binop(self, node: ast.BinOp) -> _Said:
        left, right = self._say(node.left), self._say(node.right)
        sign, reckon = _SIGNS[type(node.op)]
        value = reckon(left.value, right.value)
        if isinstance(node.op, ast.Add | ast.Sub):
            left, right = self._fit(left, right), self._fit(right, left)
            return _Said(f"{left.words} {sign} {_bracketed(right)}", value, left.unit, is_sum=True)
        unit = self._multiplied(node.op, left.unit, right.unit)
        return _Said(f"{_bracketed(left)} {sign} {_bracketed(right)}", value, unit)

    def _multiplied(self, op: ast.operator, left: Unit, right: Unit) -> Unit:
        if isinstance(op, ast.Div):
            return _RATE if left.kind is right.kind else left
        return left if left.kind is Kind.MONEY else right if right.kind is not Kind.NUMBER else left

    def _fit(self, said: _Said, other: _Said) -> _Said:
        """A number written in the rule counts what it stands beside."""
        if said.is_plain and said.unit == _NUMBER and other.unit.kind in (Kind.MONEY, Kind.RATE):
            return replace(said, unit=other.unit, words=self.show(said.value, other.unit, {}))
        return said

    # The words of law

    def _say_call(self, node: ast.Call) -> _Said:
        assert isinstance(node.func, ast.Name)
        word, said = node.func.id, [self._say(each) for each in node.args]
        more = {each.arg: self._say(each.value) for each in node.keywords}
        value = _WORDS[word](*(one.value for one in said), **{str(name): one.value for name, one in more.items()})
        if word in ("min", "max"):
            return self._say_least(word, said, value)
        if word in ("down", "up", "nearest"):
            return self._say_rounded(word, said[0], next(iter((*said[1:], *more.values())), None), value)
        if word in ("progressive", "row"):
            return self._say_table(node, said, value)
        return self._say_other(word, said, value)

    def _say_least(self, word: str, said: Sequence[_Said], value: Any) -> _Said:
        like = next((one for one in said if one.unit.kind is not Kind.NUMBER), said[0])
        said = [self._fit(one, like) for one in said]
        amounts = [one for one in said if not (one.is_plain and one.value == 0)]
        if word == "max" and len(said) == 2 and len(amounts) == 1:
            words = _("%(amount)s, but not below zero") % {"amount": amounts[0].words}
            return _Said(words, value, like.unit, is_sum=True)
        listed = " | ".join(one.words for one in said)
        words = _("the smallest of: %(amounts)s") if word == "min" else _("the largest of: %(amounts)s")
        return _Said(words % {"amounts": listed}, value, like.unit, is_sum=True)

    def _say_rounded(self, word: str, amount: _Said, to: _Said | None, value: Any) -> _Said:
        if to is None and value == amount.value:
            return replace(amount, value=value)
        to_words = self.show(to.value, amount.unit, {}) if to else self.show(1, amount.unit, {})
        sentences = {
            "down": _("%(amount)s, rounded down to whole %(to)s"),
            "up": _("%(amount)s, rounded up to whole %(to)s"),
            "nearest": _("%(amount)s, rounded to the nearest whole %(to)s"),
        }
        return _Said(sentences[word] % {"amount": amount.words, "to": to_words}, value, amount.unit, is_sum=True)

    def _say_table(self, node: ast.Call, said: Sequence[_Said], value: Any) -> _Said:
        table, amount = said
        name = node.args[0].id if isinstance(node.args[0], ast.Name) else ""
        parts = {"table": table.words, "amount": amount.words}
        if isinstance(table.value, Brackets):
            self.lookups.append(look_up_slices(name, table.value, amount.value))
            return _Said(_("%(table)s on %(amount)s, slice by slice") % parts, value, amount.unit)
        assert isinstance(table.value, Rows)
        self.lookups.append(look_up_row(name, table.value, amount.value))
        rate = self.show(value, _RATE, {})
        return _Said(_("%(rate)s (%(table)s for %(amount)s)") % {**parts, "rate": rate}, value, _RATE)

    def _say_other(self, word: str, said: Sequence[_Said], value: Any) -> _Said:
        amount, others = said[0], said[1:]
        if word == "choose":
            words = _("%(amount)s (%(table)s for %(case)s)")
            shown = self.show(value, amount.unit, {})
            return _Said(words % {"amount": shown, "table": amount.words, "case": others[0].words}, value, amount.unit)
        if word == "divided":
            unit = self._multiplied(ast.Div(), amount.unit, others[0].unit)
            return _Said(f"{_bracketed(amount)} ÷ {_bracketed(others[0])}", value, unit)
        if word in ("yearly", "monthly"):
            sign = "×" if word == "yearly" else "÷"
            return _Said(f"{_bracketed(amount)} {sign} 12", value, amount.unit)
        sentences = {
            "years_between": _("full years from %(start)s to %(end)s"),
            "months_between": _("full months from %(start)s to %(end)s"),
            "year_of": _("the year of %(start)s"),
        }
        if word in sentences:
            parts = {"start": amount.words, "end": others[0].words if others else ""}
            return _Said(sentences[word] % parts, value, _NUMBER)
        return replace(amount, value=value)  # a period, which is no other amount


_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


def _turned(test: ast.expr) -> ast.expr | None:
    """The comparison that holds when this one does not."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _TURNED:
        return ast.Compare(test.left, [_TURNED[type(test.ops[0])]()], test.comparators)
    return None


def _denied(condition: str) -> str:
    return _("“%(condition)s” does not hold") % {"condition": condition}


def _bracketed(said: _Said) -> str:
    return f"({said.words})" if said.is_sum else said.words
