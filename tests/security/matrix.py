"""The written table of permissions, a town to try it in, and the trying of one cell."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).with_name("permissions.yaml")
# What a refusal may write: that it happened, and the session that asked.
TRACES = re.compile(r"^(?:audit_|django_session$|usersessions_|identity_sign_in$)")
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
AWAY = {"/sign-in/step-up/": "step-up", "/sign-in/": "sign-in", "/capacity/": "post", "/confirm/": "confirm"}
REFUSALS = {"absent", "sign-in", "post", "confirm", "step-up"}
# An address of the same shape that names nothing, by the kind of object.
NOTHING: Mapping[str, Mapping[str, Any]] = {
    "case": {"number": "ABSENT"},
    "document": {"code": "ABSENT"},
    "photo": {"code": "ABSENT"},
    "message": {"message_id": 987654},
    "look-up": {"number": "ABSENT"},
    "approval": {"request_id": 987654},
    "finding": {"finding_id": 987654},
    "agreement": {"code": "ABSENT"},
    "agreement request": {"number": "ABSENT"},
    "edition": {"number": "ABSENT"},
    "policy run": {"number": "ABSENT"},
    "official draft": {"code": "ABSENT"},
    "file of a draft": {"code": "ABSENT", "file_code": "ABSENT"},
}
# Checking a code tells everybody whether there is such a document: that is what it is for.
TELLS_WHAT_IS = {"documents:verify-code"}


@dataclass(frozen=True)
class Rule:
    """One route and method: what happens to whom, on an object in each of its states."""

    route: str
    method: str
    given: Mapping[str, Any]
    object: str
    send: Mapping[str, str]
    query: str
    outcomes: Mapping[str, Mapping[str, str]]

    @property
    def label(self) -> str:
        return " ".join((self.method, self.route, *map(str, self.given.values())))

    def expect(self, who: str, state: str) -> str:
        """The outcome written for ``who``; everybody not named meets absence, nobody signed in the sign-in page."""
        row = self.outcomes.get(state, self.outcomes.get("*", {}))
        if "anyone" in row:
            return row.get(who, row["anyone"])
        if who == "nobody":
            return row.get(who, "sign-in")
        if "signed in" in row:
            return row.get(who, row["signed in"])
        if who == "off duty" and who not in row:
            return "post" if self._is_for_officials() else row.get("stranger", "absent")
        return row.get(who, "absent")

    def _is_for_officials(self) -> bool:
        return any(who not in ("applicant", "stranger") for row in self.outcomes.values() for who in row)


@dataclass
class Town:
    """Who knocks (signed-in browsers by name), and what there is (states and their URL arguments by kind).

    ``absences``: what each meets at an address that names nothing, by rule and name.
    """

    browsers: dict[str, Client] = field(default_factory=dict)
    objects: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {"": {"": {}}})
    absences: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


def read_rules() -> list[Rule]:
    """Every rule of the table. An outcome is one word for all, or a map of states; a list of names means ``shown``."""
    groups = yaml.safe_load(TABLE.read_text())
    rules = []
    for entry in (entry for entries in groups.values() for entry in entries):
        for method in ("GET", "POST"):
            if method in entry:
                rules.append(_rule(entry, method))
    return rules


def list_routes() -> set[str]:
    """Every address of the house by its full name."""

    def walk(resolver: URLResolver, names: tuple[str, ...]) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, (*names, pattern.namespace) if pattern.namespace else names)
            elif isinstance(pattern, URLPattern):
                yield ":".join((*names, pattern.name or str(pattern.pattern)))

    return set(walk(get_resolver(), ()))


def list_cells(rule: Rule, town: Town) -> Iterator[tuple[str, str]]:
    """Everybody who knocks, for each state of the object."""
    return product(town.browsers, town.objects[rule.object])


def try_cell(rule: Rule, town: Town, who: str, state: str) -> list[str]:
    """What differs from the table in this cell; nothing it did remains. Absence must look as if there were nothing."""
    address = reverse(rule.route, kwargs={**town.objects[rule.object][state], **rule.given}) + rule.query
    with undone(), CaptureQueriesContext(connection) as queries:
        response = _knock(town.browsers[who], rule, address)
        written = {table for query in queries if (table := _written_table(query["sql"]))}
        outcome = _outcome(response, written)
    complaints = []
    expected = rule.expect(who, state)
    if outcome != expected:
        complaints.append(f"{rule.label} [{state}] by {who}: {outcome}, the table says {expected}")
    if expected in REFUSALS and (extra := {table for table in written if not TRACES.match(table)}):
        complaints.append(f"{rule.label} [{state}] by {who}: refused, but wrote to {', '.join(sorted(extra))}")
    can_compare = rule.object in NOTHING and rule.route not in TELLS_WHAT_IS
    if can_compare and expected == outcome == "absent" and _page(response, address) != _absence(rule, town, who):
        complaints.append(f"{rule.label} [{state}] by {who}: refused otherwise than what does not exist")
    return complaints


def _absence(rule: Rule, town: Town, who: str) -> tuple[int, str]:
    """What ``who`` meets where there is nothing."""
    if (rule.label, who) not in town.absences:
        address = reverse(rule.route, kwargs={**NOTHING[rule.object], **rule.given}) + rule.query
        with undone():
            town.absences[rule.label, who] = _page(_knock(town.browsers[who], rule, address), address)
    return town.absences[rule.label, who]


def _page(response: Any, address: str) -> tuple[int, str]:
    """Status and page, without the address it was asked at and its random token."""
    page = response.content.decode().replace(urlsplit(address).path, "")
    return response.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"', "", page)


@contextmanager
def undone() -> Iterator[None]:
    """A savepoint that is always rolled back and that the exchange does not take for an open transaction."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def _rule(entry: Mapping[str, Any], method: str) -> Rule:
    written = entry[method]
    by_state = written if isinstance(written, dict) and all(isinstance(v, dict) for v in written.values()) else None
    outcomes = {}
    for states, row in (by_state or {"*": written}).items():
        row = {row: "shown"} if isinstance(row, str) else row
        for state in str(states).split(", "):
            outcomes[state] = {who: outcome for names, outcome in row.items() for who in names.split(", ")}
    return Rule(
        entry["route"],
        method,
        entry.get("given", {}),
        entry.get("object", ""),
        entry.get("send", {}) if method == "POST" else {},
        entry.get("query", ""),
        outcomes,
    )


def _knock(browser: Client, rule: Rule, address: str) -> Any:
    session = dict(browser.cookies)
    try:
        return browser.get(address) if rule.method == "GET" else browser.post(address, rule.send)
    finally:
        browser.cookies.clear()  # a sign-out or a new key belongs to the cell and is undone with it
        browser.cookies.update(session)


def _outcome(response: Any, written: set[str]) -> str:
    if response.status_code in (301, 302, 303):
        target = response.headers["Location"]
        away = next((name for start, name in AWAY.items() if target.startswith(start)), None)
        return away or ("done" if any(not TRACES.match(table) for table in written) else "unmoved")
    return {200: "shown", 404: "absent", 405: "not offered"}.get(response.status_code, str(response.status_code))


def _written_table(sql: str) -> str | None:
    found = WRITES.match(sql)
    return found.group(1) if found else None
