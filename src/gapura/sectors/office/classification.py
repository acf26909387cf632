"""The tasks of the state: read from the country's files, and suggested for a title and words, with the reasons shown.

A suggestion adds up what anybody can follow: words that a task's title and keywords share with the document, each
counting more the fewer tasks have it, and what the unit filed before under titles with the same words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

from gapura.foundation.texts import Text
from gapura.foundation.words import folded

TITLE_WEIGHT, KEYWORD_WEIGHT = 1.0, 1.5
_IN_TITLE, _IN_TEXT, _MOST_COUNTED = 3.0, 0.5, 3
_EARLIER, _HABIT = 2.0, 0.3
_NEIGHBORS = 5
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """How long records are kept where they arose and then in the records center, and what happens to them then."""

    code: str
    title: Text
    active_years: int
    inactive_years: int
    fate: str
    law: str
    certainty: str

    @property
    def is_permanent(self) -> bool:
        return self.fate == "permanent"


@dataclass(frozen=True, slots=True)
class Function:
    """Tasks of one kind (*fungsi*), in an area of policy. ``agencies``: whose they are; none named: everybody's."""

    code: str
    title: Text
    area: str
    area_title: Text
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class UnitTask:
    """The smallest task that records are kept by. What lies in its folders inherits all of this."""

    code: str
    title: Text
    function: Function
    keywords: tuple[str, ...]
    retention: RetentionClass
    reason: Text
    disclosure: str
    disclosure_ground: str

    def is_for(self, agency_code: str) -> bool:
        """Whether units of the agency may have it."""
        return not self.function.agencies or agency_code in self.function.agencies


@dataclass(frozen=True, slots=True)
class Filed:
    """A document that the unit filed before."""

    title: str
    task_code: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A task that fits, and why: ``words`` it shares with the document, and ``earlier`` titles that it was used for."""

    code: str
    score: float
    words: tuple[str, ...]
    earlier: tuple[str, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.words + self.earlier


@dataclass(frozen=True)
class Language:
    """What is cut off words before they are compared: ``starts`` with what stands for them, ``ends``, and fillers."""

    starts: tuple[tuple[str, str], ...]
    ends: tuple[str, ...]
    fillers: frozenset[str]

    def words_of(self, text: str) -> list[tuple[str, str]]:
        """Each word that says something, as it stands and as its stem."""
        return [(word, self.stem(word)) for word in folded(text).split() if self._counts(word)]

    def _counts(self, word: str) -> bool:
        return word not in self.fillers and (len(word) > 2 or not word.isascii()) and not word.isdigit()

    def stem(self, word: str) -> str:
        """The word without its longest known ending and beginning, where enough of it is left."""
        for end in self.ends:
            if word.endswith(end) and len(word) - len(end) > _SHORTEST_STEM:
                word = word[: -len(end)]
                break
        for start, stands_for in self.starts:
            if word.startswith(start) and len(word) - len(start) >= _SHORTEST_STEM:
                return stands_for + word[len(start) :]
        return word


@dataclass(frozen=True)
class Classification:
    """All tasks by code, and how words of the country's language are compared."""

    tasks: Mapping[str, UnitTask]
    retention: Mapping[str, RetentionClass]
    language: Language

    @cached_property
    def _vocabulary(self) -> Mapping[str, Mapping[str, float]]:
        """By stem: the tasks that have it, and how strongly."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for task in self.tasks.values():
            for text, weight in self._texts(task):
                for _, stem in self.language.words_of(text):
                    found[stem][task.code] = max(weight, found[stem].get(task.code, 0.0))
        return found

    @staticmethod
    def _texts(task: UnitTask) -> Iterable[tuple[str, float]]:
        yield from ((title, TITLE_WEIGHT) for title in task.title.values())
        yield from ((keyword, KEYWORD_WEIGHT) for keyword in task.keywords)

    def rarity(self, stem: str) -> float:
        """How much a word tells: the more the fewer tasks have it."""
        return log(1 + len(self.tasks) / (1 + len(self._vocabulary.get(stem, ()))))

    def suggest(
        self, title: str, text: str = "", *, agency_code: str = "", filed: Sequence[Filed] = (), limit: int = 3
    ) -> list[Suggestion]:
        """The tasks that fit best, first; only those that the agency's units may have, where one is named."""
        weights, spelled = self._weigh(title, text)
        scores: dict[str, float] = defaultdict(float)
        words: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for stem, weight in weights.items():
            for code, strength in self._vocabulary.get(stem, {}).items():
                gain = weight * strength * self.rarity(stem)
                scores[code] += gain
                words[code].append((gain, spelled[stem]))
        earlier = self._compare(set(weights), filed, scores)
        fitting = [code for code in scores if self._fits(code, agency_code)]
        best = sorted(fitting, key=lambda code: (-scores[code], code))[:limit]
        return [
            Suggestion(
                code, scores[code], tuple(word for _, word in sorted(words[code], key=_strongest)[:4]), earlier[code]
            )
            for code in best
        ]

    def _fits(self, code: str, agency_code: str) -> bool:
        return code in self.tasks and (not agency_code or self.tasks[code].is_for(agency_code))

    def _weigh(self, title: str, text: str) -> tuple[dict[str, float], dict[str, str]]:
        weights: dict[str, float] = {}
        spelled: dict[str, str] = {}
        for word, stem in self.language.words_of(title):
            weights[stem], spelled[stem] = _IN_TITLE, word
        counted = Counter(self.language.words_of(text))
        for (word, stem), count in counted.items():
            weights[stem] = weights.get(stem, 0.0) + _IN_TEXT * min(count, _MOST_COUNTED)
            spelled.setdefault(stem, word)
        return weights, spelled

    def _compare(self, stems: set[str], filed: Sequence[Filed], scores: dict[str, float]) -> dict[str, tuple[str, ...]]:
        """Add what the nearest earlier titles tell to ``scores``; which ones they were, by task."""
        near = []
        for one in filed:
            theirs = {stem for _, stem in self.language.words_of(one.title)}
            shared = sum(self.rarity(stem) for stem in stems & theirs)
            whole = sum(self.rarity(stem) for stem in theirs) or 1.0
            if shared:
                near.append((shared * shared / whole, one))
        near.sort(key=lambda pair: (-pair[0], pair[1].title))
        earlier: dict[str, tuple[str, ...]] = defaultdict(tuple)
        for likeness, one in near[:_NEIGHBORS]:
            scores[one.task_code] += _EARLIER * likeness
            if one.title not in earlier[one.task_code]:
                earlier[one.task_code] += (one.title,)
        for code, count in Counter(one.task_code for one in filed).items():
            if code in scores:
                scores[code] += _HABIT * log(1 + count)
        return earlier


def _strongest(pair: tuple[float, str]) -> tuple[float, str]:
    return -pair[0], pair[1]


def read_classification(functions: Mapping[str, Any], retention: Mapping[str, Any]) -> Classification:
    """What ``functions.yaml`` and ``retention.yaml`` of a country say. Raises KeyError, TypeError or ValueError."""
    classes = {code: RetentionClass(code=code, **facts) for code, facts in retention["classes"].items()}
    reasons: Mapping[str, Text] = retention["reasons"]
    known = {
        code: Function(
            code, facts["title"], facts["area"], functions["areas"][facts["area"]], frozenset(facts.get("agencies", ()))
        )
        for code, facts in functions["functions"].items()
    }
    tasks = {}
    for code, facts in functions["tasks"].items():
        if code.split(".")[0] not in known:
            raise ValueError(f"The task {code} begins with no function's code.")
        disclosure, _, ground = facts.get("public", "open").partition(" ")
        if (disclosure == "open") != (not ground):
            raise ValueError(f"The task {code} is closed without a ground, or open with one.")
        tasks[code] = UnitTask(
            code=code,
            title=facts["title"],
            function=known[code.split(".")[0]],
            keywords=tuple(facts["keywords"].split(", ")),
            retention=classes[facts["keep"]],
            reason=reasons[facts["because"]],
            disclosure=disclosure,
            disclosure_ground=ground,
        )
    said = functions["language"]
    starts = tuple(sorted(((a, b or "") for a, b in said["starts"].items()), key=lambda pair: -len(pair[0])))
    ends = tuple(sorted(said["ends"], key=lambda end: -len(end)))
    return Classification(tasks, classes, Language(starts, ends, frozenset(said["fillers"].split())))
