"""The entries of the page shell. Modules register their own in ``apps.ready``; the shell knows none."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise


class Place(StrEnum):
    """Where an entry stands: head of the portal, head of the desk, foot of every page, page of one's own account."""

    PORTAL = "portal"
    DESK = "desk"
    FOOT = "foot"
    ACCOUNT = "account"


class Group(StrEnum):
    """What a menu shows at once, and what it keeps behind one word."""

    DAILY = "daily"
    OFFICE = "office"
    ADMINISTRATION = "administration"


NOBODY = "nobody"


class SignedIn(Protocol):
    """What the shell needs to know of an actor."""

    @property
    def kind(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A link by URL name. ``only_for``: kinds of actor, or NOBODY signed in (none: all); ``roles``: any of these.

    ``note``: one sentence on where it leads, on pages that have room for it.
    """

    place: Place
    title: str | Promise
    url_name: str
    order: int = 50
    only_for: frozenset[str] = frozenset()
    roles: frozenset[str] = field(default_factory=frozenset)
    group: Group = Group.DAILY
    note: str | Promise = ""

    def is_for(self, actor: SignedIn | None) -> bool:
        """Whether ``actor`` (None: nobody signed in) sees the entry."""
        if self.only_for and (NOBODY if actor is None else actor.kind) not in self.only_for:
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
