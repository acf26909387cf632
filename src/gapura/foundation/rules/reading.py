"""From the text of a rule to its term: what a rule may say, and whether its units agree.

A rule may assign to new names, decide with ``if``, reckon, compare, and call the words of ``authoring``. Nothing else:
no loop, no attribute, no call of another function. Every refusal names the line.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import lcm

from gapura.foundation.rules.authoring import Brackets, Choices, Rows
from gapura.foundation.rules.errors import LawError
from gapura.foundation.rules.tables import Table
from gapura.foundation.rules.terms import ONE, ZERO, Term, const, is_const, make, name, value_of
from gapura.foundation.rules.units import RATE_SCALE, Every, Kind, Unit


@dataclass(frozen=True, slots=True)
class Value:
    """A term over a denominator, with its unit. ``words``: the text of a code written in the rule."""

    term: Term
    unit: Unit
    over: Term = ONE
    words: str = ""


Resolve = Callable[[str], "Value | Table | None"]
"""What an argument's name stands for; None when the name is unknown."""

NUMBER, FLAG, DATE = Unit(Kind.NUMBER), Unit(Kind.FLAG), Unit(Kind.DATE)
LITERAL = Unit(Kind.NUMBER, literal=True)
_COMPARED: Mapping[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("<", False),
    ast.LtE: ("<=", False),
    ast.Gt: ("<", True),
    ast.GtE: ("<=", True),
    ast.Eq: ("==", False),
    ast.NotEq: ("!=", False),
}
_MULTIPLIED = (Kind.NUMBER, Kind.RATE)


@cache
def parse(function: Callable[..., object]) -> tuple[ast.FunctionDef, str, int]:
    """The syntax of a rule, its file, and the lines before it."""
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    return definition, inspect.getsourcefile(function) or "", first - 1


class Reader:
    """Reads one rule; ``codes`` are the lists of codes, in their order."""

    def __init__(self, function: Callable[..., object], resolve: Resolve, codes: Mapping[str, Sequence[str]]) -> None:
        self.definition, self.file, self.before = parse(function)
        self.resolve, self.codes = resolve, codes

    def read(self, unit: Unit) -> Term:
        """The rule as one term of the declared unit. Raises LawError."""
        known = {}
        for argument in self.definition.args.args:
            value = self.resolve(argument.arg)
            if value is None:
                raise self.refusal(
                    argument, f"nothing is called {argument.arg}.", "Declare the input, parameter or rule."
                )
            known[argument.arg] = value
        result = self._follow(self.definition.body, known)
        if result is None:
            raise self.refusal(
                self.definition, "not every way through the rule returns a figure.", "Return one at its end."
            )
        return self._settle(result, unit)

    def refusal(self, node: ast.AST, problem: str, remedy: str) -> LawError:
        """The error at the line of ``node``."""
        line = getattr(node, "lineno", 1) + self.before
        return LawError(f"{self.file}:{line}", f"{self.definition.name}: {problem}", remedy)

    def _settle(self, result: Value, unit: Unit) -> Term:
        """The result as the whole number that it is kept as."""
        result = self._agree(self.definition, result, Value(ZERO, unit))
        if unit.kind is Kind.RATE:
            if not is_const(result.over) or RATE_SCALE % value_of(result.over):
                raise self.refusal(
                    self.definition, "a rate that is a figure needs to be a whole number of millionths.", "Round it."
                )
            return make("*", result.term, const(RATE_SCALE // value_of(result.over)))
        if result.over != ONE:
            raise self.refusal(
                self.definition, "the figure is a fraction.", "Say how the law rounds: down(), up(), nearest()."
            )
        return result.term

    # Statements

    def _follow(self, body: Sequence[ast.stmt], known: dict[str, "Value | Table"]) -> Value | None:
        for number, statement in enumerate(body):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # the docstring
            if isinstance(statement, ast.Return) and statement.value is not None:
                return self._value(statement.value, known)
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name):
                    known = {**known, target.id: self._value(statement.value, known)}
                    continue
            if isinstance(statement, ast.If):
                return self._branch(statement, body[number + 1 :], known)
            raise self.refusal(statement, "a rule has no such statement.", "Use assignments, if and return.")
        return None

    def _branch(self, statement: ast.If, rest: Sequence[ast.stmt], known: dict[str, "Value | Table"]) -> Value | None:
        condition = self._condition(statement.test, known)
        then = self._follow([*statement.body, *rest], dict(known))
        otherwise = self._follow([*statement.orelse, *rest], dict(known))
        if then is None or otherwise is None:
            return None
        return self._either(statement, condition, then, otherwise)

    def _either(self, node: ast.AST, condition: Term, then: Value, otherwise: Value) -> Value:
        otherwise = self._agree(node, otherwise, then)
        then = self._agree(node, then, otherwise)
        then, otherwise = self._common(then, otherwise)
        return replace(then, term=make("if", condition, then.term, otherwise.term))

    # Expressions

    def _condition(self, node: ast.expr, known: Mapping[str, "Value | Table"]) -> Term:
        value = self._value(node, known)
        if value.unit.kind is not Kind.FLAG:
            raise self.refusal(node, f"a {value.unit} is no condition.", "Compare it with something.")
        return value.term

    def _value(self, node: ast.expr, known: Mapping[str, "Value | Table"]) -> Value:
        read = getattr(self, f"_read_{type(node).__name__.lower()}", None)
        if read is None:
            raise self.refusal(
                node, f"a rule cannot say {ast.unparse(node)}.", "Use figures, arithmetic and the words of law."
            )
        value: Value = read(node, known)
        return value

    def _read_constant(self, node: ast.Constant, known: Mapping[str, "Value | Table"]) -> Value:
        if isinstance(node.value, bool):
            return Value(const(int(node.value)), FLAG)
        if isinstance(node.value, int):
            return Value(const(node.value), LITERAL)
        if isinstance(node.value, str):
            return Value(ZERO, Unit(Kind.CODE), words=node.value)
        raise self.refusal(node, f"{node.value!r} is no whole number.", "Put amounts and rates among the parameters.")

    def _read_name(self, node: ast.Name, known: Mapping[str, "Value | Table"]) -> Value:
        value = known.get(node.id)
        if isinstance(value, Value):
            return value
        if value is None:
            raise self.refusal(node, f"{node.id} is not an argument of the rule.", "Add it to the arguments.")
        raise self.refusal(node, f"{node.id} is a table.", "Read it with progressive(), row() or choose().")

    def _read_unaryop(self, node: ast.UnaryOp, known: Mapping[str, "Value | Table"]) -> Value:
        if isinstance(node.op, ast.Not):
            return Value(make("not", self._condition(node.operand, known)), FLAG)
        value = self._value(node.operand, known)
        if isinstance(node.op, ast.USub) and value.unit.kind in (*_MULTIPLIED, Kind.MONEY):
            return replace(value, term=make("-", ZERO, value.term))
        raise self.refusal(node, f"a rule cannot say {ast.unparse(node)}.", "Use not or minus.")

    def _read_boolop(self, node: ast.BoolOp, known: Mapping[str, "Value | Table"]) -> Value:
        op = "and" if isinstance(node.op, ast.And) else "or"
        terms = [self._condition(value, known) for value in node.values]
        joined = terms[0]
        for term in terms[1:]:
            joined = make(op, joined, term)
        return Value(joined, FLAG)

    def _read_ifexp(self, node: ast.IfExp, known: Mapping[str, "Value | Table"]) -> Value:
        condition = self._condition(node.test, known)
        return self._either(node, condition, self._value(node.body, known), self._value(node.orelse, known))

    def _read_compare(self, node: ast.Compare, known: Mapping[str, "Value | Table"]) -> Value:
        left, joined = node.left, None
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                term = self._membership(node, op, left, right, known)
            else:
                term = self._comparison(node, op, self._value(left, known), self._value(right, known))
            joined = term if joined is None else make("and", joined, term)
            left = right
        assert joined is not None
        return Value(joined, FLAG)

    def _membership(
        self, node: ast.AST, op: ast.cmpop, left: ast.expr, right: ast.expr, known: Mapping[str, "Value | Table"]
    ) -> Term:
        if not isinstance(right, ast.Tuple | ast.List | ast.Set) or not right.elts:
            raise self.refusal(node, "in needs what is allowed written out.", 'Say in ("A", "B").')
        value = self._value(left, known)
        joined = ZERO
        for each in right.elts:
            joined = make("or", joined, self._comparison(node, ast.Eq(), value, self._value(each, known)))
        return make("not", joined) if isinstance(op, ast.NotIn) else joined

    def _comparison(self, node: ast.AST, op: ast.cmpop, left: Value, right: Value) -> Term:
        if type(op) not in _COMPARED:
            raise self.refusal(node, "a rule cannot compare so.", "Use <, <=, >, >=, == or !=.")
        sign, turned = _COMPARED[type(op)]
        right = self._agree(node, right, left)
        left, right = self._common(self._agree(node, left, right), right)
        if left.unit.kind is Kind.CODE and sign not in ("==", "!="):
            raise self.refusal(node, "codes have no order.", "Compare them with == or in.")
        first, second = (right, left) if turned else (left, right)
        return make(sign, first.term, second.term)

    def _read_binop(self, node: ast.BinOp, known: Mapping[str, "Value | Table"]) -> Value:
        left, right = self._value(node.left, known), self._value(node.right, known)
        if isinstance(node.op, ast.Add | ast.Sub):
            return self._sum(node, "+" if isinstance(node.op, ast.Add) else "-", left, right)
        if isinstance(node.op, ast.Mult):
            unit = self._product(node, left.unit, right.unit)
            return Value(make("*", left.term, right.term), unit, make("*", left.over, right.over))
        if isinstance(node.op, ast.Div):
            return self._divide(node, left, right)
        raise self.refusal(node, f"a rule cannot say {ast.unparse(node)}.", "Use + - * / and say how the law rounds.")

    def _divide(self, node: ast.AST, left: Value, right: Value) -> Value:
        unit = self._quotient(node, left.unit, right.unit)
        return Value(make("*", left.term, right.over), unit, make("*", left.over, right.term))

    def _sum(self, node: ast.AST, op: str, left: Value, right: Value) -> Value:
        right = self._agree(node, right, left)
        left = self._agree(node, left, right)
        if left.unit.kind not in (*_MULTIPLIED, Kind.MONEY):
            raise self.refusal(
                node, f"one {left.unit} cannot be added to another.", "Use years_between() and the like."
            )
        left, right = self._common(left, right)
        return replace(left, term=make(op, left.term, right.term))

    def _product(self, node: ast.AST, left: Unit, right: Unit) -> Unit:
        if left.kind in _MULTIPLIED and right.kind in (*_MULTIPLIED, Kind.MONEY):
            return (
                replace(right, literal=False) if Kind.RATE not in (left.kind, right.kind) else self._rated(left, right)
            )
        if right.kind in _MULTIPLIED and left.kind is Kind.MONEY:
            return left
        raise self.refusal(node, f"a {left} cannot be multiplied by a {right}.", "Multiply by a number or a rate.")

    @staticmethod
    def _rated(left: Unit, right: Unit) -> Unit:
        return right if right.kind is Kind.MONEY else left if left.kind is Kind.RATE else right

    def _quotient(self, node: ast.AST, left: Unit, right: Unit) -> Unit:
        if right.kind in _MULTIPLIED and left.kind in (*_MULTIPLIED, Kind.MONEY):
            return left if left.kind is not Kind.NUMBER else Unit(Kind.RATE)
        if left.kind is right.kind is Kind.MONEY and left.every is right.every:
            return Unit(Kind.RATE)
        raise self.refusal(
            node, f"a {left} cannot be divided by a {right}.", "Bring both to one period, or divide by a number."
        )

    # Agreement

    def _agree(self, node: ast.AST, value: Value, other: Value) -> Value:
        """``value`` in the unit of ``other``. Raises LawError when they count different things."""
        mine, theirs = value.unit, other.unit
        if value.words:
            return self._code(node, value, theirs)
        if mine.literal and (
            value.term == ZERO or theirs.kind in _MULTIPLIED or (theirs.kind is Kind.FLAG and value.term in (ZERO, ONE))
        ):
            return replace(value, unit=theirs)
        if theirs.literal or other.words or mine == theirs:
            return value
        if {mine.kind, theirs.kind} <= set(_MULTIPLIED):
            return replace(value, unit=Unit(Kind.RATE))
        if mine.literal:
            raise self.refusal(
                node, f"{value_of(value.term)} is written in the rule itself.", "Make it a parameter with its article."
            )
        raise self.refusal(
            node,
            f"a {mine} stands where a {theirs} is meant.",
            "Convert it: yearly(), monthly(), of_a_year(), as_such().",
        )

    def _code(self, node: ast.AST, value: Value, unit: Unit) -> Value:
        if unit.kind is not Kind.CODE or not unit.codes:
            raise self.refusal(node, f'"{value.words}" is compared with a {unit}.', "Compare codes with codes.")
        known = self.codes[unit.codes]
        if value.words not in known:
            raise self.refusal(node, f'"{value.words}" is no code of {unit.codes}.', f"There are: {', '.join(known)}.")
        return Value(const(known.index(value.words)), unit)

    @staticmethod
    def _common(left: Value, right: Value) -> tuple[Value, Value]:
        """Both over one denominator."""
        if left.over == right.over:
            return left, right
        if is_const(left.over) and is_const(right.over):
            over = const(lcm(value_of(left.over), value_of(right.over)))
            return (
                replace(left, term=make("*", left.term, make("//", over, left.over)), over=over),
                replace(right, term=make("*", right.term, make("//", over, right.over)), over=over),
            )
        over = make("*", left.over, right.over)
        return (
            replace(left, term=make("*", left.term, right.over), over=over),
            replace(right, term=make("*", right.term, left.over), over=over),
        )

    # The words of law

    def _read_call(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        word = node.func.id if isinstance(node.func, ast.Name) else ""
        say = getattr(self, f"_say_{word}", None)
        if say is None:
            raise self.refusal(
                node, f"a rule cannot call {ast.unparse(node.func)}.", "Use the words of law, or another rule."
            )
        value: Value = say(node, known)
        return value

    def _arguments(self, node: ast.Call, count: int, known: Mapping[str, "Value | Table"]) -> list[Value]:
        if len(node.args) != count:
            raise self.refusal(node, f"{ast.unparse(node.func)} takes {count} arguments.", "Give so many.")
        return [self._value(argument, known) for argument in node.args]

    def _least(self, node: ast.Call, op: str, known: Mapping[str, "Value | Table"]) -> Value:
        joined = self._value(node.args[0], known)
        for argument in node.args[1:]:
            other = self._agree(node, self._value(argument, known), joined)
            left, right = self._common(self._agree(node, joined, other), other)
            joined = replace(left, term=make(op, left.term, right.term))
        return joined

    def _say_min(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._least(node, "min", known)

    def _say_max(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._least(node, "max", known)

    def _rounded(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> tuple[Value, Term, Term]:
        """The amount, its denominator times the multiple, and the multiple."""
        keywords = {each.arg: each.value for each in node.keywords}
        given = [*node.args[1:], *([keywords["to"]] if "to" in keywords else [])]
        value = self._value(node.args[0], known)
        to = self._value(given[0], known).term if given else ONE
        return value, make("*", value.over, to), to

    def _say_down(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        value, over, to = self._rounded(node, known)
        return Value(make("*", make("//", value.term, over), to), value.unit)

    def _say_up(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        value, over, to = self._rounded(node, known)
        upward = make("-", ZERO, make("//", make("-", ZERO, value.term), over))
        return Value(make("*", upward, to), value.unit)

    def _say_nearest(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        value, over, to = self._rounded(node, known)
        doubled = make("+", make("*", const(2), value.term), over)
        return Value(make("*", make("//", doubled, make("*", const(2), over)), to), value.unit)

    def _table(self, node: ast.Call, kind: type, known: Mapping[str, "Value | Table"]) -> Table:
        table = known.get(node.args[0].id) if isinstance(node.args[0], ast.Name) else None
        if not isinstance(table, Table) or not isinstance(table.value, kind):
            raise self.refusal(
                node, f"{ast.unparse(node.args[0])} is not such a table.", f"Name a parameter: {kind.__name__}."
            )
        return table

    def _by_table(self, node: ast.Call, op: str, kind: type, known: Mapping[str, "Value | Table"]) -> Value:
        table = self._table(node, kind, known)
        amount = self._value(node.args[1], known)
        if amount.unit.kind is not Kind.MONEY or amount.over != ONE:
            raise self.refusal(node, "such a table is for whole amounts of money.", "Round the amount first.")
        unit = amount.unit if op == "progressive" else Unit(Kind.RATE)
        return Value(Term(op, (table.name, amount.term)), unit, const(table.over))

    def _say_progressive(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._by_table(node, "progressive", Brackets, known)

    def _say_row(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._by_table(node, "row", Rows, known)

    def _say_choose(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        table = self._table(node, Choices, known)
        code = self._value(node.args[1], known)
        assert isinstance(table.value, Choices)
        if code.unit != Unit(Kind.CODE, codes=table.value.codes):
            raise self.refusal(node, f"{table.name} is for codes of {table.value.codes}.", "Give such a code.")
        return Value(Term("choose", (table.name, code.term)), table.unit)

    def _say_divided(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        left, right = self._arguments(node, 2, known)
        return self._divide(node, left, right)

    def _period(
        self, node: ast.Call, before: Every | None, after: Every, known: Mapping[str, "Value | Table"]
    ) -> Value:
        value = self._arguments(node, 1, known)[0]
        if value.unit.kind is not Kind.MONEY or value.unit.every is not before:
            raise self.refusal(node, f"a {value.unit} is no money a {before}.", "Look at what the figure counts.")
        return replace(value, unit=Unit(Kind.MONEY, after))

    def _say_yearly(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        value = self._period(node, Every.MONTH, Every.YEAR, known)
        return replace(value, term=make("*", value.term, const(12)))

    def _say_monthly(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        value = self._period(node, Every.YEAR, Every.MONTH, known)
        return replace(value, over=make("*", value.over, const(12)))

    def _as(self, node: ast.Call, every: Every | None, known: Mapping[str, "Value | Table"]) -> Value:
        value = self._arguments(node, 1, known)[0]
        if value.unit.kind is not Kind.MONEY:
            raise self.refusal(node, f"a {value.unit} is no money.", "Only money has a period.")
        return replace(value, unit=Unit(Kind.MONEY, every))

    def _say_of_a_year(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._as(node, Every.YEAR, known)

    def _say_of_a_month(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._as(node, Every.MONTH, known)

    def _say_as_such(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return self._as(node, None, known)

    def _days(self, node: ast.Call, count: int, known: Mapping[str, "Value | Table"]) -> list[Term]:
        values = self._arguments(node, count, known)
        if any(value.unit.kind is not Kind.DATE for value in values):
            raise self.refusal(node, "these are not all dates.", "Give dates.")
        return [value.term for value in values]

    def _say_years_between(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        start, end = self._days(node, 2, known)
        return Value(make("//", make("-", end, start), const(10_000)), NUMBER)

    def _say_months_between(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        start, end = self._days(node, 2, known)
        months = make("-", _months(end), _months(start))
        unfinished = make("<", make("%", end, const(100)), make("%", start, const(100)))
        return Value(make("-", months, unfinished), NUMBER)

    def _say_year_of(self, node: ast.Call, known: Mapping[str, "Value | Table"]) -> Value:
        return Value(make("//", self._days(node, 1, known)[0], const(10_000)), NUMBER)


def _months(day: Term) -> Term:
    month = make("%", make("//", day, const(100)), const(100))
    return make("+", make("*", make("//", day, const(10_000)), const(12)), month)


def named(figure: str, unit: Unit) -> Value:
    """The value of an input or another rule; a rate is kept in millionths."""
    return Value(name(figure), unit, const(RATE_SCALE) if unit.kind is Kind.RATE else ONE)
