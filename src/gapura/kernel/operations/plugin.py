"""Whoever destroys for good: sectors say what was destroyed, and destroy it again after an older copy came back."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from datetime import datetime

from gapura.kernel.audit.types import Actor
from gapura.kernel.operations.types import Deed, DestroyedAgain


class Destroyer(ABC):
    """A module that destroys what persons decided about, not what a period of the law ends by itself."""

    code: str
    """In every deed of this module; one word."""

    @abstractmethod
    def list_deeds(self, listed: Collection[str]) -> Iterator[Deed]:
        """What was destroyed and is finished, oldest first, without the deeds whose codes are ``listed`` outside."""

    @abstractmethod
    def destroy_again(self, *, actor: Actor, deed: Deed, now: datetime) -> DestroyedAgain:
        """Destroy what the deed names as far as it is here, and keep its protocol. Safe to repeat."""


_destroyers: dict[str, Destroyer] = {}


def register_destroyer(destroyer: Destroyer) -> None:
    """Let what ``destroyer`` destroyed be listed beside the copies, and be destroyed again after a restore."""
    _destroyers[destroyer.code] = destroyer


def list_destroyers() -> list[Destroyer]:
    """All of them, by code."""
    return [_destroyers[code] for code in sorted(_destroyers)]


def find_destroyer(code: str) -> Destroyer | None:
    """The module whose deeds carry ``code``."""
    return _destroyers.get(code)
