"""Who acts, what is recorded, and what an audit may find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class ActorKind(StrEnum):
    """A resident acts for themselves or one they represent, an official in a post, the system by schedule."""

    RESIDENT = "resident"
    OFFICIAL = "official"
    SYSTEM = "system"


class AssuranceLevel(IntEnum):
    """How sure the house is of who signed in (eIDAS: low, substantial, high)."""

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts now, as proven by the sign-in.

    ``person_number`` is the person the account is *proven* to be, never one they ask about.
    ``label`` is what other people may read in a timeline: a post title for officials.
    """

    kind: ActorKind
    label: str
    account_id: int | None = None
    person_number: str | None = None
    post_code: str | None = None
    agency_code: str | None = None
    office_code: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    assurance: AssuranceLevel = AssuranceLevel.LOW
    channel: str = "web"

    @property
    def reference(self) -> str:
        """Short, for logs: ``resident:12``, ``official:dukcapil/31.71/registrar``, ``system:worker``."""
        if self.kind is ActorKind.OFFICIAL:
            return f"official:{self.post_code}"
        return f"{self.kind}:{self.account_id or self.person_number or self.label}"


def system_actor(label: str) -> Actor:
    """The house itself, acting by schedule or command; ``label`` names the task."""
    return Actor(kind=ActorKind.SYSTEM, label=label, channel="system", assurance=AssuranceLevel.HIGH)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One of many events to be recorded at once; the words mean what they mean in ``record_event``."""

    action: str
    subject: str | None = None
    object_ref: str = ""
    case_number: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class FindingKind(StrEnum):
    """What an audit may find wrong."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    MOVED = "moved"
    FORGED = "forged"
    TILE = "tile"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the log: which row, and what differs from what was signed."""

    kind: FindingKind
    what: str
    event_id: str | None = None
    leaf_index: int | None = None


class LogKeyMissing(Exception):
    """The log has checkpoints but the key that signed them is gone."""


class LogRolledBack(Exception):
    """The database holds less, or something else, than what was already signed and published."""


class EventNotLogged(LookupError):
    """There is no such event, or no checkpoint covers it yet."""
