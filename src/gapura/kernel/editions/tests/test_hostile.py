"""Texts that were written to hurt, and what is said to whoever sends them."""

import time

import pytest

from gapura.kernel.catalogue.queries import judge_definition
from gapura.kernel.editions.actions import save_draft
from gapura.kernel.editions.testing import NOW, WRITING, ServiceEdition, begin
from gapura.kernel.editions.types import LONGEST_TEXT, CannotEdit

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "Aliases"),
        ("a: &a [*a]\n", "Aliases"),
        ("code: !!python/object/apply:os.system [id]\n", "could not determine a constructor"),
        ("!!python/name:os.system\n", "could not determine a constructor"),
        ("[" * 20_000 + "]" * 20_000, "nested too deeply"),
        ("{a: " * 10_000 + "}" * 10_000, "nested too deeply"),
        ("code: \x07\n", "not YAML"),
        ("--- 1\n--- 2\n", "not YAML"),
        ("", "missing"),
        ("7", "must be names with values"),
        ("? [a]\n: b\n", "unhashable key"),
        ("<<: 1\n", "not YAML"),
        ("code: " + "9" * 5_000, "not YAML"),
        ("valid_from: 2026-13-45\n", "not YAML"),
    ],
)
def test_it_is_named_and_costs_nothing(text: str, said: str) -> None:
    start = time.process_time()

    judgment = judge_definition(text)

    assert judgment.service is None
    assert any(said in message for _line, message in judgment.problems), judgment.problems
    assert time.process_time() - start < 2


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST_TEXT + 1), "x" * 5_000_000])
def test_nothing_and_too_much_are_not_kept(text: str) -> None:
    draft = begin()

    with pytest.raises(CannotEdit, match="between 1 and"):
        save_draft(actor=WRITING, number=draft.number, text=text, reason="", revision=draft.revision, now=NOW)
    assert ServiceEdition.objects.get(pk=draft.pk).text == draft.text
