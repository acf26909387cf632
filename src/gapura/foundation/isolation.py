"""Whose rows a statement may touch: the scope of a request, and the policies that PostgreSQL keeps it by.

On SQLite the scope is kept as well and nobody enforces it: there the access functions stand alone (ADR 17).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows of an agency, of persons (by number), of both, or, for the house itself, all."""

    agency: str = ""
    persons: tuple[str, ...] = ()
    house: bool = False


NOBODY = Scope()
HOUSE = Scope(house=True)

_scope: ContextVar[Scope | None] = ContextVar("isolation_scope", default=None)
_outside_requests = HOUSE


def current_scope() -> Scope:
    """What holds now: what a request or block said, else what holds outside of any."""
    return _scope.get() or _outside_requests


def scope_outside_requests() -> Scope:
    """The house in commands and the worker, nobody in a web process."""
    return _outside_requests


def close_outside_requests() -> None:
    """For a web process: what no request has a scope for sees nothing. Before the first connection."""
    global _outside_requests
    _outside_requests = NOBODY


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Let the block touch the rows of ``scope`` and no others."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def as_house(reason: str) -> Iterator[None]:
    """Let the block touch every row: for work that crosses agencies by its nature, and judges access itself.

    ``reason`` is for the reader; tests/security/test_house_scope.py lists every place.
    """
    with scoped(HOUSE):
        yield


def scope_settings(scope: Scope) -> dict[str, str]:
    """The scope as PostgreSQL's settings; policies compare rows with them."""
    return {
        "gapura.house": "yes" if scope.house else "",
        "gapura.agency": scope.agency,
        "gapura.persons": ",".join(scope.persons),
    }


@dataclass(frozen=True, slots=True)
class Isolated:
    """Whose the rows of a table are: agencies and persons in columns, or those of the row ``through`` points at.

    ``through`` is this table's column, the other table and its column. Rows whose column ``public_without`` is empty
    are public.
    """

    agencies: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    through: tuple[str, str, str] | None = None
    public_without: str = ""

    def condition(self, table: str) -> str:
        """The policy's SQL. A scalar subquery is computed once a statement, not once a row."""
        tests = ["(SELECT current_setting('gapura.house', true)) = 'yes'"]
        agency = "(SELECT nullif(current_setting('gapura.agency', true), ''))"
        tests += [f'"{column}" = {agency}' for column in self.agencies]
        persons = "(SELECT string_to_array(current_setting('gapura.persons', true), ','))::text[]"
        tests += [f'"{column}" = ANY ({persons})' for column in self.persons]
        if self.public_without:
            tests.append(f"\"{self.public_without}\" = ''")
        if self.through:
            column, other, key = self.through
            same = f'"{other}"."{key}" = "{table}"."{column}"'
            tests.append(f'EXISTS (SELECT FROM "{other}" WHERE {same})')
        return " OR ".join(tests)

    def statements(self, table: str) -> list[str]:
        """SQL that puts the table behind its policy, and only that one, whatever stood before."""
        return [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'DROP POLICY IF EXISTS isolation ON "{table}"',
            f'CREATE POLICY isolation ON "{table}" USING ({self.condition(table)})',
        ]
