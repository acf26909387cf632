"""The country's worked examples of a rule, with what the rule gives for them now."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from gapura.kernel.law.examples import Example, Outcome, get_names, list_own_examples, run_example
from gapura.kernel.law.queries import get_law

MOST_SHOWN = 30


@lru_cache(maxsize=256)
def list_cases(name: str, today: date) -> tuple[Outcome, ...]:
    """At most ``MOST_SHOWN`` examples that expect something of the rule, run."""
    among = _read_all().get(name, ())[:MOST_SHOWN]
    return tuple(run_example(example, today=today) for example in among)


@cache
def _read_all() -> Mapping[str, tuple[Example, ...]]:
    """By the figure that they expect; read once."""
    found: dict[str, list[Example]] = {}
    for example in list_own_examples():
        figures = example.expected if isinstance(example.expected, dict) else {example.kind: example.expected}
        for name in dict.fromkeys(name for figure in figures for name in _meanings(str(figure))):
            found.setdefault(name, []).append(example)
    return {figure: tuple(examples) for figure, examples in found.items()}


def _meanings(word: str) -> tuple[str, ...]:
    """The rules that an example means by a word."""
    return (word,) if word in get_law().rules else tuple(get_names().rules.get(word, ()))
