"""What has happened to people's data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgencyToldOfCorrection:
    """``consumer`` had fetched ``columns`` of ``subject`` before ``source`` corrected them in ``register``."""

    consumer: str
    subject: str
    register: str
    columns: list[str]
    source: str
