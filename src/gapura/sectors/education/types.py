"""The words of the school registers: codes whose labels live with the country."""

from enum import StrEnum


class SchoolLevel(StrEnum):
    """Levels of school before university; ISCED 1, 2, 3 general and 3 vocational."""

    PRIMARY = "primary"
    LOWER_SECONDARY = "lower_secondary"
    UPPER_SECONDARY = "upper_secondary"
    VOCATIONAL = "vocational"


class SchoolExit(StrEnum):
    """Why somebody is at a school no more."""

    GRADUATED = "graduated"
    TRANSFERRED = "transferred"
    LEFT = "left"
