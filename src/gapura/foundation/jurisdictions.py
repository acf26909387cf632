"""What a country hands to the house, and how it is loaded: by name, never by import.

A country is a package ``gapura.jurisdictions.<name>`` with a module-level ``JURISDICTION``.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from gapura.foundation.texts import Text


class BadPersonNumber(ValueError):
    """The number cannot be a person number of this country. ``str()`` says why, in English."""


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What a person number itself tells (None where the country's numbers are silent)."""

    number: str
    region_code: str | None
    birth_on: date | None
    sex: str | None


class PersonNumberScheme(Protocol):
    """How a country numbers persons and families."""

    name: str

    def parse(self, number: str) -> NumberFacts:
        """Facts in a well-formed number. Raises BadPersonNumber."""
        ...

    def mask(self, number: str) -> str:
        """The number with its tail hidden, for screens that do not need it."""
        ...

    def compose(self, district_code: str, birth_on: date, sex: str, serial: int) -> str:
        """A person number, for demonstrations and tests; the register's own office gives real ones."""
        ...

    def compose_family(self, district_code: str, issued_on: date, serial: int) -> str:
        """A family number, likewise."""
        ...


@dataclass(frozen=True)
class Jurisdiction:
    """One country. Paths are folders or files inside the country's package."""

    code: str  # ISO 3166-1 alpha-2
    name: Text
    languages: Sequence[str]  # first is the default
    timezone: str  # IANA
    currency: str  # ISO 4217
    person_numbers: PersonNumberScheme
    root: Path

    def path(self, *parts: str) -> Path:
        """A file or folder of the country, e.g. ``path("services")``."""
        return self.root.joinpath(*parts)

    def read(self, *parts: str) -> Any:
        """What a YAML file of the country holds, e.g. ``read("office", "duty.yaml")``. Raises OSError, YAMLError."""
        # The loader written in C, which reads the same as SafeLoader at a tenth of the time.
        return yaml.load(self.path(*parts).read_bytes(), Loader=yaml.CSafeLoader)


@cache
def load(name: str) -> Jurisdiction:
    """The country called ``name``. Raises LookupError that lists what there is."""
    try:
        module = importlib.import_module(f"gapura.jurisdictions.{name}")
    except ModuleNotFoundError as error:
        root = Path(__file__).parent.parent / "jurisdictions"
        known = sorted(p.name for p in root.iterdir() if (p / "__init__.py").exists())
        raise LookupError(f"No country is called {name!r}; there are: {', '.join(known)}.") from error
    jurisdiction: Jurisdiction = module.JURISDICTION
    return jurisdiction
