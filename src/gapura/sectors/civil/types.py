"""Code lists of the population register. The values are the register's codes; labels live with the country."""

from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class MaritalStatus(StrEnum):
    SINGLE = "single"
    MARRIED = "married"
    DIVORCED = "divorced"
    WIDOWED = "widowed"


class RelationToHead(StrEnum):
    HEAD = "head"
    HUSBAND = "husband"
    WIFE = "wife"
    CHILD = "child"
    ADOPTED_CHILD = "adopted_child"
    PARENT = "parent"
    PARENT_IN_LAW = "parent_in_law"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    OTHER = "other"


class EndReason(StrEnum):
    DIVORCE = "divorce"
    DEATH = "death"
