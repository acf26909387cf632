"""The entries of the page shell. Modules register their own in ``apps.ready``; the shell knows none."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise


class Place(StrEnum):
    """Where an entry stands: head of the portal, head of the desk, foot of every page."""

    PORTAL = "portal"
    DESK = "desk"
    FOOT = "foot"


class SignedIn(Protocol):
    """What the shell needs to know of an actor."""

    @property
    def kind(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A link by URL name. ``only_for``: kinds of actor (none: everybody); ``roles``: any of these."""

    place: Place
    title: str | Promise
    url_name: str
    order: int = 50
    only_for: frozenset[str] = frozenset()
    roles: frozenset[str] = field(default_factory=frozenset)

    def is_for(self, actor: SignedIn | None) -> bool:
        """Whether ``actor`` (None: nobody signed in) sees the entry."""
        if self.only_for and (actor is None or actor.kind not in self.only_for):
            return False
        return not self.roles or (actor is not None and bool(self.roles & actor.roles))


_entries: dict[tuple[str, str], Entry] = {}


def register_entry(entry: Entry) -> None:
    """Add an entry; the last one registered for a place and URL name stands."""
    _entries[entry.place, entry.url_name] = entry


def list_entries(place: str, actor: SignedIn | None) -> list[Entry]:
    """What ``actor`` sees at ``place``, in order."""
    here = [entry for entry in _entries.values() if entry.place == place and entry.is_for(actor)]
    return sorted(here, key=lambda entry: (entry.order, entry.url_name))
