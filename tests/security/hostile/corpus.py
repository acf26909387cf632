"""The list of hostile files. They are made when they are needed; none lies in the repository."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

MEGABYTE = 1 << 20
Maker = Callable[[], bytes]


@dataclass(frozen=True)
class Hostile:
    """A file, what it is called where that is part of the attack, and whether a redrawn picture may come out."""

    code: str
    make: Maker = field(repr=False)
    file_name: str
    is_redrawn: bool = False


_corpus: dict[str, Hostile] = {}


def hostile(suffix: str, *, file_name: str = "", is_redrawn: bool = False) -> Callable[[Maker], Maker]:
    """Enter a maker into the corpus under its own name."""

    def enter(make: Maker) -> Maker:
        code = make.__name__.replace("_", "-")
        _corpus[code] = Hostile(code, make, file_name or f"{code}.{suffix}", is_redrawn)
        return make

    return enter


def list_corpus() -> Iterator[Hostile]:
    """Every hostile file, by code."""
    from tests.security.hostile import archives, pictures, portable_documents, texts  # noqa: F401 – they enter theirs

    return iter(sorted(_corpus.values(), key=lambda one: one.code))
