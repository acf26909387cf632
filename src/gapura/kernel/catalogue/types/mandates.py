"""How one may act for another, as the country's file describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.catalogue.types.services import ApplicantRule, Check, EvidenceNeed, OutputDocument, Relation


class Party(StrEnum):
    """The two of a mandate: who gives it, and who acts under it."""

    PRINCIPAL = "principal"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a person may grant by a signature: the article, for how long at most, and services never granted."""

    legal_ground: str
    longest_days: int
    excepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MandateKind:
    """One way to act for another: a register says so (``rule``), or the principal signed it (``grant``)."""

    relation: Relation
    title: Text
    assurance: AssuranceLevel
    rule: ApplicantRule | None = None
    grant: GrantTerms | None = None


@dataclass(frozen=True, slots=True)
class StandingCheck:
    """A question about one of the two; a grant ends when the answer is not as expected."""

    of: Party
    check: Check


@dataclass(frozen=True)
class MandateRules:
    """How one may act for another in the country. ``agency`` asks the registers, ``names`` of both parties."""

    agency: str
    signature_minutes: int
    kinds: Mapping[Relation, MandateKind]
    standing: tuple[StandingCheck, ...]
    names: EvidenceNeed
    output: OutputDocument
