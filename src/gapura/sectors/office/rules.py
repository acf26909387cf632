"""Who may read a document, as words that a database and a search index compare; and the moves of instructions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gapura.sectors.office.types import InstructionAct, InstructionState, Reach

EVERY_OFFICIAL = "government"


def audience(
    reach: str, *, agency_code: str, office_code: str, units: Sequence[str], holders: Sequence[str]
) -> frozenset[str]:
    """Everybody who may read it: those it names, whom its reach covers, and who leads a unit above.

    ``units``: the document's own unit first, then what it is part of. A document only for those it names is not
    for who leads the unit either.
    """
    named = frozenset(holders)
    if reach == Reach.NAMED:
        return named
    reached = {
        Reach.UNIT: f"unit:{units[0]}",
        Reach.OFFICE: f"office:{agency_code}/{office_code}",
        Reach.AGENCY: f"agency:{agency_code}",
        Reach.GOVERNMENT: EVERY_OFFICIAL,
    }[Reach(reach)]
    return named | {reached} | {f"below:{unit}" for unit in units}


def memberships(
    *, post_code: str, agency_code: str, office_code: str, units: Sequence[str], leads: Sequence[str]
) -> frozenset[str]:
    """Every word of an audience that means this official.

    ``units``: their unit and what was merged into it; ``leads``: the units whose work they answer for.
    """
    own = {f"post:{post_code}", f"office:{agency_code}/{office_code}", f"agency:{agency_code}", EVERY_OFFICIAL}
    return frozenset(own | {f"unit:{unit}" for unit in units} | {f"below:{unit}" for unit in leads})


def of_class(security: str, words: Iterable[str]) -> frozenset[str]:
    """The words of an audience as they stand for what is secret: they mean whoever they name and is cleared for it."""
    return frozenset(f"{word}!{security}" for word in words)


def of_kind(kind: str, words: Iterable[str]) -> frozenset[str]:
    """The words as they stand in the one index of everything that can be found: a search may be for some kinds only."""
    return frozenset(f"{kind}/{word}" for word in words)


class Side(StrEnum):
    """What an official is to an instruction: who does it, or who said it and confirms it."""

    HANDLER = "handler"
    CONFIRMER = "confirmer"


@dataclass(frozen=True, slots=True)
class Move:
    """A legal move of an instruction. ``into`` None leaves the state; ``words``: it has to be said how or why."""

    by: Side
    out_of: frozenset[InstructionState]
    into: InstructionState | None
    words: bool = False


_BEGUN = frozenset({InstructionState.ACCEPTED, InstructionState.IN_PROGRESS})
_NOT_DONE = _BEGUN | {InstructionState.ISSUED}
_DONE = frozenset({InstructionState.DONE})
INSTRUCTION_MOVES: Mapping[InstructionAct, Move] = {
    InstructionAct.ACCEPTED: Move(Side.HANDLER, frozenset({InstructionState.ISSUED}), InstructionState.ACCEPTED),
    InstructionAct.REPORTED: Move(Side.HANDLER, _BEGUN, InstructionState.IN_PROGRESS, words=True),
    InstructionAct.FINISHED: Move(Side.HANDLER, _BEGUN, InstructionState.DONE, words=True),
    InstructionAct.CONFIRMED: Move(Side.CONFIRMER, _DONE, InstructionState.CONFIRMED),
    InstructionAct.SENT_BACK: Move(Side.CONFIRMER, _DONE, InstructionState.IN_PROGRESS, words=True),
    InstructionAct.POSTPONED: Move(Side.CONFIRMER, _NOT_DONE, None),
    InstructionAct.WITHDRAWN: Move(Side.CONFIRMER, _NOT_DONE, InstructionState.WITHDRAWN, words=True),
}
"""Every move there is; what stands in no row is refused."""
ENDED_INSTRUCTIONS = (InstructionState.CONFIRMED, InstructionState.WITHDRAWN)
