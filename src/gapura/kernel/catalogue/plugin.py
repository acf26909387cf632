"""Where definitions come from besides the country's files, and which other files of it name them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from gapura.kernel.catalogue.types import PublicService

_sources: list["EditionSource"] = []
_companions: dict[str, Callable[[], int]] = {}
_approvals: list[Callable[[], Collection[str]]] = []


@dataclass(frozen=True, slots=True)
class Edition:
    """One definition as it was adopted: ``text`` is the whole file, empty where the service ends on ``begins``.

    What was in force before ``begins`` ends there.
    """

    number: str
    service_code: str
    begins: date
    text: str

    @property
    def file_name(self) -> str:
        """How the country's folder calls it."""
        return f"{self.service_code}@{self.begins}.yaml"


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the loader says of a definition that somebody wrote: the service it makes, or mistakes by line.

    ``outline``: the parts of the text, each with the line it begins on.
    """

    service: PublicService | None
    problems: tuple[tuple[int, str], ...]
    outline: tuple[tuple[int, str], ...]


class EditionSource(ABC):
    """Keeps the editions that were adopted."""

    @abstractmethod
    def find_latest(self) -> int:
        """The number of the last adoption, 0 before the first. Asked often: one small query."""

    @abstractmethod
    def list_editions(self) -> Sequence[Edition]:
        """Every adopted edition, in the order of adoption."""


class BadCompanion(Exception):
    """A file that names public services cannot be used; ``str()`` says which and why."""


def register_companions(word: str, count: Callable[[], int]) -> None:
    """Let ``gapura services check`` judge further files of the country: ``count`` reads them and says how many.

    ``word``: what they are called there. ``count`` raises BadCompanion.
    """
    _companions[word] = count


def list_companions() -> list[tuple[str, Callable[[], int]]]:
    """By their word."""
    return sorted(_companions.items())


def register_approval_kinds(list_kinds: Callable[[], Collection[str]]) -> None:
    """Let ``list_kinds`` say which approvals the ``decision.through`` of a definition may name."""
    _approvals[:] = [list_kinds]


def list_approval_kinds() -> list[str]:
    """In order; none where nobody says."""
    return sorted(kind for list_kinds in _approvals for kind in list_kinds())


def register_edition_source(source: EditionSource) -> None:
    """Let ``source`` say what was adopted. A second kind of source raises ValueError."""
    if _sources and type(_sources[0]) is not type(source):
        raise ValueError("Editions have two sources.")
    _sources[:] = [source]


def find_edition_source() -> EditionSource | None:
    """None where nothing is edited at a desk."""
    return _sources[0] if _sources else None
