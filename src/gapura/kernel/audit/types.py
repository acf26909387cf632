"""Who acts, what is recorded, and what an audit may find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Protocol

ROW_DIGEST = "row"
"""In the detail of an event: the digest of the row it speaks of, as it stood then."""


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
    ``label`` is what other people may read in a timeline: a post title for officials. ``principal`` is the
    person or legal entity they act for under ``mandate``, or None when they act for themselves. ``unit_code`` is
    the organizational unit of an official's post, empty where the agency has declared none.
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
    principal: str | None = None
    mandate: str = ""
    unit_code: str = ""

    @property
    def reference(self) -> str:
        """Short, for logs: ``resident:12``, ``official:dukcapil/31.71/registrar``, ``system:worker``.

        Who acts for another is named with them: ``resident:12 for 3171010203180001 under proxy:K7Q2M9XW31F``.
        """
        if self.kind is ActorKind.OFFICIAL:
            return f"official:{self.post_code}"
        own = f"{self.kind}:{self.account_id or self.person_number or self.label}"
        return f"{own} for {self.principal} under {self.mandate}" if self.principal else own


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
    """One thing wrong with the log: which row, and what differs from what was signed.

    ``row`` names a row outside the log that is not what its event says, as ``prefix:key``.
    """

    kind: FindingKind
    what: str
    event_id: str | None = None
    leaf_index: int | None = None
    row: str | None = None


class LoggedRow(Protocol):
    """A row whose events carry its digest."""

    @property
    def logged_digest(self) -> str: ...

    def refresh_from_db(self) -> None: ...


class WitnessView(StrEnum):
    """What a witness said when it was last shown the newest checkpoint."""

    AGREES = "agrees"
    AHEAD = "ahead"  # it signed more entries than we have: we were set back
    CONTRADICTS = "contradicts"  # it signed other entries: there are two histories
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class WitnessState:
    """One witness: its view at ``at``, of how many entries, and in words what is wrong (empty: nothing)."""

    name: str
    view: WitnessView
    size: int
    at: datetime
    what: str = ""


class LogProblem(StrEnum):
    """Why the log cannot be relied on now, the gravest first."""

    SET_BACK = "set_back"
    TWO_HISTORIES = "two_histories"
    NOT_SIGNED_BY_US = "not_signed_by_us"
    WITNESSES_SILENT = "witnesses_silent"
    EVENTS_WAIT = "events_wait"


@dataclass(frozen=True, slots=True)
class LogHealth:
    """The state of the log: ``problem`` None is green, ``explanation`` says more in English.

    ``signed_at`` is None while the log is empty; ``quorum`` 0 means that nobody else watches the log.
    """

    size: int
    signed_at: datetime | None
    witnesses: tuple[WitnessState, ...]
    witnesses_known: int
    quorum: int
    problem: LogProblem | None = None
    explanation: str = ""

    @property
    def witnesses_agreeing(self) -> int:
        return sum(state.view is WitnessView.AGREES for state in self.witnesses)


class LogKeyMissing(Exception):
    """The log has checkpoints but the key that signed them is gone."""


class LogRolledBack(Exception):
    """The database holds less, or something else, than what was already signed and published."""


class EventNotLogged(LookupError):
    """There is no such event, or no checkpoint covers it yet."""
