"""An answer is believed only as its evidence type declares it, and an earlier one only where the law lets it be old."""

import json
from dataclasses import replace
from typing import Any

import pytest

from gapura.kernel.exchange import plugin
from gapura.kernel.exchange.actions import request_evidence
from gapura.kernel.exchange.declared import find_undeclared
from gapura.kernel.exchange.plugin import find_evidence_type
from gapura.kernel.exchange.providers import earlier_answers, remote
from gapura.kernel.exchange.testing import agree
from gapura.kernel.exchange.tests.test_asking import CLERK, REQUEST
from gapura.kernel.exchange.tests.test_network import Register, register  # noqa: F401  the fixture
from gapura.kernel.exchange.types import EvidenceField, EvidenceType, FieldKind, ProviderUnavailable
from gapura.kernel.nodes.testing import NOW

KINDS = EvidenceType(
    "test.kinds", {"en": "Kinds"}, tuple(EvidenceField(kind.value, {"en": kind.value}, kind) for kind in FieldKind)
)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (FieldKind.TEXT, "x" * 500, ("x" * 501, 1, {"a": 1}, ["x"])),
        (FieldKind.CODE, "islam", (1, True)),
        (FieldKind.DATE, "2026-05-04", ("4 May", "20260504", 20260504)),
        (FieldKind.NUMBER, 7, ("7", 7.5, True)),
        (FieldKind.BOOLEAN, False, ("no", 0)),
        (FieldKind.PERSON_NUMBER, "3171014501900001", ("3171'; --", 3171014501900001)),
    ],
)
def test_a_value_is_what_its_field_declares(kind: FieldKind, good: object, bad: tuple[object, ...]) -> None:
    asked = frozenset({kind.value})
    for value in (good, None):
        assert find_undeclared(KINDS, asked, [{kind.value: value}]) is None
    for value in bad:
        assert find_undeclared(KINDS, asked, [{kind.value: value}]) == f"{kind.value} that is no {kind.value}"


def test_nothing_comes_that_was_not_asked_and_one_record_at_most() -> None:
    asked = frozenset({"text"})
    assert find_undeclared(KINDS, asked, [{"text": "a"}]) is None
    assert find_undeclared(KINDS, asked, [{"code": "a"}]) == "'code', which was not asked for"
    assert find_undeclared(KINDS, asked, [{}, {}]) == "2 records where there is one at most"
    assert find_undeclared(replace(KINDS, repeats=True), asked, [{}, {}]) is None


@pytest.mark.parametrize("records", [[{"full_name": "Siti", "religion": "islam"}], [{"full_name": 7}], [{}, {}]])
def test_a_holder_that_says_something_else_than_was_asked_is_not_believed(
    register: Register,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    records: list[dict[str, Any]],
) -> None:
    agree("bank", "civil.person", "UU 1 ps. 1")
    assert request_evidence(actor=CLERK, request=REQUEST, now=NOW).record == {"full_name": "Siti"}
    content = json.dumps({"access_id": "0" * 32, "records": records}).encode()
    monkeypatch.setattr(remote, "deliver_message", lambda *_, **__: content)
    with pytest.raises(ProviderUnavailable, match="not believed"):
        request_evidence(actor=CLERK, request=REQUEST, now=NOW)


def test_what_must_be_current_has_no_lawful_age_whatever_the_country_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    ages = earlier_answers._ages()
    declared = find_evidence_type("justice.bar")
    assert declared is not None
    assert declared.must_be_current
    monkeypatch.setattr(earlier_answers, "_ages", lambda: {**ages, declared.code: ages["civil.residence"]})
    assert earlier_answers.find_lawful_age(declared.code) is None
    monkeypatch.setitem(plugin._types, declared.code, replace(declared, must_be_current=False))
    assert earlier_answers.find_lawful_age(declared.code) == ages["civil.residence"]
