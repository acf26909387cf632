"""What happened at schools."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PupilTransferred:
    """A pupil left the school ``left`` for ``entered`` (NPSN), by the case ``source``."""

    number: str
    left: str
    entered: str
    source: str
