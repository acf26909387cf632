"""The words of the welfare registers: codes whose labels live with the country."""

from enum import StrEnum


class DisabilityDegree(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class AlreadyAssisted(Exception):
    """The person receives assistance of this program already."""
