"""What has happened at the desk of the population register."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LookUpOpened:
    """An official asked for somebody's registers; ``found`` says whether there was such a person."""

    number: str
    official: str
    found: bool


@dataclass(frozen=True, slots=True)
class LookUpsConspicuous:
    """These look-ups have to be explained; their officials and supervisors find them at the desk."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookUpFindingClosed:
    """A supervisor judged a conspicuous look-up; ``verdict`` is ``explained`` or ``misuse``."""

    finding_id: int
    kind: str
    verdict: str
