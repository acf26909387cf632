"""The country's forms of official papers: which fields each has, and the words it begins with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.sectors.office.types import Direction

KINDS = ("text", "long_text", "date", "choice", "list")
PLACES = ("head", "foot")


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class PaperField:
    """What a form asks. ``kind``: text, long_text, date, choice, or list (a line an entry).

    ``place``: head, above the text, or foot, below it.
    """

    name: str
    kind: str
    place: str
    label: Text
    hint: Text | None = None
    required: bool = False
    default: str = ""
    max_length: int = 2000
    choices: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A form of paper. ``matter``: what an approval line decides with it; ``opening``: its first words."""

    code: str
    title: Text
    law: str
    direction: Direction
    matter: str
    fields: tuple[PaperField, ...]
    opening: Text
    certainty: str = "medium"

    def fields_at(self, place: str) -> list[PaperField]:
        return [field for field in self.fields if field.place == place]


def list_papers() -> Mapping[str, Paper]:
    """The forms by code, in the country's order."""
    return _papers_of(settings.GAPURA_JURISDICTION)


def get_paper(code: str) -> Paper:
    """Raises LookupError that lists the known forms."""
    papers = list_papers()
    if code not in papers:
        raise LookupError(f"No form of paper is called {code!r}; known: {', '.join(papers)}.")
    return papers[code]


@cache
def _papers_of(country: str) -> Mapping[str, Paper]:
    return {one["code"]: _paper(one) for one in load(country).read("office", "forms.yaml")}


def _paper(declared: Mapping[str, Any]) -> Paper:
    fields = tuple(_field(one, declared["code"]) for one in declared["fields"])
    return Paper(**{**declared, "direction": Direction(declared["direction"]), "fields": fields})


def _field(declared: Mapping[str, Any], form: str) -> PaperField:
    choices: Sequence[Mapping[str, Any]] = declared.get("choices", ())
    field = PaperField(**{**declared, "choices": tuple(Option(**one) for one in choices)})
    if field.kind not in KINDS or field.place not in PLACES or (field.kind == "choice") != bool(choices):
        raise ValueError(f"The field {field.name} of the form {form} is not of a kind and place that a paper has.")
    return field
