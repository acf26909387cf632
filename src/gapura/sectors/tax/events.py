"""What has happened in tax."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReturnFiled:
    """A return was filed: version 1, or an amendment."""

    number: str
    version: int
    kind: str
    taxpayer: str
    period: str
