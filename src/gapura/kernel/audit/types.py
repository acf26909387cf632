"""Who acts: the one description of an actor that every log, rule and action shares."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


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
        """Stable short reference for logs: ``resident:12``, ``official:dukcapil.3171.registrar``, ``system:worker``."""
        if self.kind is ActorKind.OFFICIAL:
            return f"official:{self.post_code}"
        return f"{self.kind}:{self.account_id or self.person_number or self.label}"


def system_actor(label: str) -> Actor:
    """The house itself, acting by schedule or command; ``label`` names the task."""
    return Actor(kind=ActorKind.SYSTEM, label=label, channel="system", assurance=AssuranceLevel.HIGH)
