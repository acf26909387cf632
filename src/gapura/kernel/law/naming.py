"""The words that people use for the names of the law: ``aliases.yaml`` beside the country's rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from gapura.foundation.rules.law import LawInForce
from gapura.foundation.rules.planning import get_plan

LISTED = "*"


class UnknownName(LookupError):
    """A word that means nothing here. ``str()`` says what is near and what would be right."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question was understood as. ``names``: each given word and the name it means; ``unused``: words that the
    asked figures do not read."""

    targets: tuple[str, ...]
    names: Mapping[str, str]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """``inputs`` and ``rules``: words (``kind/word``: when that kind is asked) and what each may mean.

    ``sets``: several figures by one word; ``values``: values that say more than one thing; ``rows``: the input that
    says which row of an entity one is; ``ranges``: the least and the most that a value of ``values`` stands for."""

    inputs: Mapping[str, Sequence[str]]
    rules: Mapping[str, Sequence[str]]
    sets: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, Mapping[str, Any]]]
    rows: Mapping[str, str]
    ranges: Mapping[str, Mapping[str, tuple[int, int]]]

    def read(self, law: LawInForce, kind: str, words: Mapping[str, str], asked: Iterable[str] = ()) -> Reading:
        """What ``kind`` (a rule or a set of figures) with these words means, and the figures ``asked`` by name.

        ``words``: each with where it stands: in the rows of an entity, alone (``""``), or with a list of values, one
        for each row (``LISTED``). Raises UnknownName, and LookupError for a rule that is not in force."""
        further = [self.find_figure(law, name) for name in asked]
        readings = [
            self._read(law, (*targets, *further), words, kind) for targets in self._find_targets(law, kind, further)
        ]
        best = min(readings, key=lambda reading: len(reading.unused))
        for word in best.unused:
            if not self._is_known(law, word):
                raise UnknownName(self._describe_unknown(law, best.targets, word))
        return best

    def find_figure(self, law: LawInForce, word: str) -> str:
        """The figure that the word means. Raises UnknownName; LookupError when it is not in force."""
        for name in (word, *self.rules.get(word, ()), *self.inputs.get(word, ())):
            if name in law.figures:
                return name
        if word in law.law.rules:
            get_plan(law, [word])  # says from when it is in force
        raise UnknownName(_unknown_figure(law, word, [*self.rules, *self.sets]))

    def open_value(self, name: str, value: Any) -> Mapping[str, Any]:
        """The inputs that a value of the input says."""
        known = {spelling.casefold(): said for spelling, said in self.values.get(name, {}).items()}
        return known.get(str(value).strip().casefold(), {name: value})

    def find_range(self, name: str, spelling: Any) -> tuple[int, int] | None:
        """The least and the most that a value of the figure stands for; None where it stands for itself."""
        known = {each.casefold(): ends for each, ends in self.ranges.get(name, {}).items()}
        return known.get(str(spelling).strip().casefold())

    def name_range(self, name: str, value: int) -> str:
        """How the range is written in which the figure lies; the figure itself when in none."""
        within = (each for each, (low, high) in self.ranges.get(name, {}).items() if low <= value <= high)
        return next(within, str(value))

    def find_opened(self, word: str) -> str:
        """The name among ``values`` that the word means; the word itself when none."""
        return next((each for each in (word, *self.inputs.get(word, ())) if each in self.values), word)

    def read_below(self, law: LawInForce, figure: str, words: Iterable[str]) -> Mapping[str, str]:
        """Those of the words that the figure itself is reckoned from, and the names they mean."""
        return self._read(law, (figure,), dict.fromkeys(words, ""), figure).names

    def _find_targets(self, law: LawInForce, kind: str, further: Sequence[str]) -> list[tuple[str, ...]]:
        possible = [tuple(name for name in self.sets.get(kind, ()) if name in law.figures)]
        possible += [(name,) for name in (kind, *self.rules.get(kind, ())) if name in law.figures]
        possible = [targets for targets in dict.fromkeys(possible) if targets]
        if not possible and further:
            return [()]
        return possible or [(self.find_figure(law, kind),)]

    def _read(self, law: LawInForce, targets: Sequence[str], words: Mapping[str, str], kind: str) -> Reading:
        """The law's own names go first; other words then mean what is still read when those are given."""
        targets = tuple(dict.fromkeys(targets))
        names: dict[str, str] = {}
        for exact in (True, False):
            for word, place in words.items():
                possible = (word,) if exact else self._find_meanings(kind, word)
                readable = _find_readable(law, targets, set(names.values()))
                fitting = (name for name in possible if name in readable and self._may_stand(law, name, place, exact))
                if word not in names and (name := next(fitting, "")):
                    names[word] = name
        asked = tuple(target for target in targets if target not in names.values())
        return Reading(asked, names, tuple(word for word in words if word not in names))

    def _may_stand(self, law: LawInForce, name: str, place: str, exact: bool) -> bool:
        """Another word that stands alone is not meant for one of several rows."""
        entity = law.get_entity(name)
        if place == LISTED:
            return entity in self.rows
        return entity == place if place else exact or entity not in self.rows

    def _find_meanings(self, kind: str, word: str) -> Sequence[str]:
        """What the word may mean, first when this is asked for."""
        return (*self.inputs.get(f"{kind}/{word}", ()), *self.inputs.get(word, ()))

    def _is_known(self, law: LawInForce, word: str) -> bool:
        return word in law.inputs or word in law.law.rules or word in self.inputs

    def _describe_unknown(self, law: LawInForce, targets: Sequence[str], word: str) -> str:
        taken = [each.name for each in get_plan(law, targets).inputs]
        near = get_close_matches(word, [*taken, *law.inputs, *self.inputs], cutoff=0.7)
        hint = f" Near: {', '.join(dict.fromkeys(near))}." if near else ""
        return f"Nothing is called {word!r}.{hint} {', '.join(targets)} takes: {', '.join(taken)}."


def _find_readable(law: LawInForce, targets: Sequence[str], given: set[str]) -> set[str]:
    """All inputs and figures below the targets, without what only given figures read, and without what is given."""
    found: set[str] = set()
    waiting = [use for target in targets for use in law.figures[target].uses]
    while waiting:
        name = waiting.pop()
        if name not in found and name not in given:
            found.add(name)
            waiting.extend(law.figures[name].uses if name in law.figures else ())
    return found


def _unknown_figure(law: LawInForce, word: str, others: Sequence[str]) -> str:
    near = get_close_matches(word, [*law.figures, *others], cutoff=0.7)
    hint = f"Near: {', '.join(dict.fromkeys(near))}." if near else "`gapura law check --list` prints all rules."
    return f"No rule and no set of figures is called {word!r}. {hint}"


def load_names(path: Path) -> Names:
    """Read ``aliases.yaml``; without the file there are no other words."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return Names(*(content.get(part, {}) for part in ("names", "rules", "sets", "values", "rows", "ranges")))
