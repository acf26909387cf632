"""Rules that do not hold, as people read them."""

from collections.abc import Iterable

from gapura.sectors.invoicing.queries import get_rule_text
from gapura.sectors.invoicing.types import CannotIssue, Fault, RuleText

Described = tuple[Fault, RuleText]


def describe_faults(refusal: CannotIssue | None) -> list[Described]:
    return describe(refusal.faults) if refusal else []


def describe(faults: Iterable[Fault]) -> list[Described]:
    return [(fault, get_rule_text(fault.rule)) for fault in faults]
