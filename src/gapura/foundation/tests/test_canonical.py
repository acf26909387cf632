"""The canonical form is JSON as everybody's tools write it: whoever checks a digest needs no library of ours."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapura.foundation.canonical import canonical_bytes, digest

WHOLE = st.integers(-(2**63), 2**63 - 1)
PLAIN = st.none() | st.booleans() | WHOLE | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text('aé가😀"\\\n'), inner))


@given(VALUES)
def test_it_is_sorted_json_without_spaces(value: object) -> None:
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical_bytes(value) == plain.encode()


def test_days_and_moments_are_written_as_iso_8601_with_their_offset() -> None:
    jakarta = datetime(2026, 5, 4, 10, 0, 0, 120, timezone(timedelta(hours=7)))
    said = canonical_bytes([date(2026, 5, 4), jakarta, datetime(2026, 5, 4, 3, 0, tzinfo=UTC)])
    assert said == b'["2026-05-04","2026-05-04T10:00:00.000120+07:00","2026-05-04T03:00:00+00:00"]'


def test_equal_facts_in_another_order_give_one_digest() -> None:
    class Word(StrEnum):
        ONE = "one"

    assert digest({"a": 1, "b": ("one",)}) == digest({"b": [Word.ONE], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})


@pytest.mark.parametrize("value", [object(), {"sum": Decimal("1.10")}, b"bytes", {1, 2}, {1: "no text"}, 2**64])
def test_what_json_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)
