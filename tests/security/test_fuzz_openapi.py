"""Nothing anybody sends makes the house stumble: every operation of its OpenAPI document, by everybody."""

import os
import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from gapura.config.openapi import describe_house
from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from tests.security.fuzzing import Caller, Findings, fuzz, nowhere
from tests.security.matrix import Rule, Town, read_rules, undone
from tests.security.planted import PLANTED, planted_app, planted_resource
from tests.security.town import NOW, found_town
from tests.test_consistency import PUBLIC

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
CALLERS = ("nobody", "applicant", "registrar")

# PostgreSQL stumbles where SQLite takes anything: over zero bytes, large numbers, words where numbers belong.
pytestmark = [pytest.mark.django_db, pytest.mark.postgresql_only]


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, seal_keys: None) -> Iterator[Town]:
    with django_db_blocker.unblock(), undone(), clock.frozen(NOW):
        yield found_town()


def is_public(operation: str) -> bool:
    return operation.partition(" ")[2] in PUBLIC


def caller_of(town: Town, who: str) -> Caller:
    cookies = {name: morsel.value for name, morsel in town.browsers[who].cookies.items()}
    return Caller(who, cookies, (lambda operation: not is_public(operation)) if who == "nobody" else lambda _: False)


def real_objects(town: Town, rules: list[Rule]) -> Any:
    """Three times in four, the address names an object that exists, in any of its states."""
    kinds = {rule.route: rule for rule in rules}

    def place(operation: str, chance: random.Random) -> Mapping[str, Any] | None:
        rule = kinds.get(operation.partition(" ")[2])
        if rule is None or chance.random() < 0.25:
            return None
        return {**chance.choice(list(town.objects[rule.object].values())), **rule.given}

    return place


def tell(findings: Findings) -> str:
    return "\n\n".join(f"{what}\n{detail}" for what, detail in findings.wrong.items())


@pytest.mark.slow
def test_no_input_makes_the_house_stumble_or_open_to_who_may_not(town: Town) -> None:
    app, document, place = get_wsgi_application(), describe_house(), real_objects(town, read_rules())
    found = Findings()
    for who in CALLERS:
        fuzz(app, document, caller_of(town, who), found, examples=EXAMPLES, around=undone, place=place)
    record_measurement(
        Path(os.environ.get("FUZZ_HOME", settings.GAPURA_HOME)),
        promise="fuzzed",
        kept=not found.wrong,
        figures={"server_errors": len(found.wrong), "operations": len(found.operations), "requests": found.requests},
        now=datetime.now(UTC),
        command="make attack",
    )
    assert not found.wrong, tell(found)
    assert len(found.operations) > 150


@pytest.mark.parametrize("who", CALLERS)
def test_a_byte_that_no_database_takes_is_answered_like_any_other_nonsense(who: str, town: Town) -> None:
    """PostgreSQL keeps no text with a zero byte in it, SQLite does; the house answers the same."""
    failed = []
    browser = town.browsers[who]
    browser.raise_request_exception = False
    for path, item in describe_house()["paths"].items():
        asked = [one["name"] for one in item.get("get", {}).get("parameters", [])]
        address = re.sub(r"\{\w+\}", "a%00b", path)
        for query in ("", *(f"?{name}=a%00b" for name in asked)):
            with undone():
                status = browser.get(address + query).status_code
            failed += [f"{address}{query}: {status}"] if status >= 500 else []
    assert failed == []


def test_a_view_that_raises_and_a_page_open_to_all_are_found() -> None:
    caller = Caller("nobody", must_not_see=lambda operation: operation.endswith("secret"))
    found = Findings()
    fuzz(planted_app(), PLANTED, caller, found, examples=40, around=undone, place=nowhere)
    kinds = {what.partition(": ")[::2] for what in found.wrong}
    assert ("get divide", "ServerError") in kinds
    assert ("get secret", "shown to nobody") in kinds
    assert ("get number", "JsonSchemaError") in kinds
    assert not any(operation == "get right" for operation, _ in kinds), "the control"


@pytest.mark.parametrize("is_planted", [False, True])
def test_a_deletion_that_does_nothing_is_found_by_following_the_links(is_planted: bool) -> None:
    found = planted_resource(deletes=not is_planted)
    assert found == ("UseAfterFree" if is_planted else "")
