"""Which registers an official can open, what of each can be corrected, and which look-ups are conspicuous."""

from dataclasses import dataclass
from datetime import datetime

from gapura.sectors.civil.types import Circle, Outlier, OutlierRules


@dataclass(frozen=True, slots=True)
class RegisterView:
    """One register as the desk opens it: the evidence asked for, and the fields a correction may name."""

    code: str
    evidence_types: tuple[str, ...]
    correctable: tuple[str, ...] = ()


REGISTERS = {
    view.code: view
    for view in (
        RegisterView(
            "person",
            ("civil.person",),
            (
                "full_name",
                "sex",
                "birth_place",
                "birth_on",
                "blood_type",
                "religion",
                "marital_status",
                "occupation",
                "education",
                "citizenship",
                "father_name",
                "mother_name",
            ),
        ),
        RegisterView(
            "residence",
            ("civil.residence-history",),
            ("street", "neighbourhood", "village_code", "postal_code"),
        ),
        RegisterView("family", ("civil.family", "civil.family-member")),
        RegisterView("birth", ("civil.birth",), ("birth_order", "registered_on")),
        RegisterView("marriage", ("civil.marriage",), ("married_at", "religion", "registered_on")),
        RegisterView("divorce", ("civil.divorce",), ("court", "ruling_number", "registered_on")),
        RegisterView("death", ("civil.death",), ("death_place", "registered_on")),
        RegisterView("adoption", ("civil.adoption",), ("court", "ruling_number", "registered_on")),
    )
}

CODE_LISTS = frozenset(
    {
        "sex",
        "blood_type",
        "religion",
        "marital_status",
        "occupation",
        "education",
        "citizenship",
        "relation_to_head",
        "end_reason",
    }
)


def circle_outliers(official: Circle, subject: Circle) -> list[Outlier]:
    """What is conspicuous about this official opening this person: their own family first, then mere nearness."""
    if not official.number or official.number == subject.number:
        return []
    family = bool(official.family_number) and official.family_number == subject.family_number
    related = official.number in subject.parents or subject.number in official.parents
    if family or related or official.parents & subject.parents:
        return [Outlier.OWN_FAMILY]
    found = []
    if official.full_name and official.full_name.casefold() == subject.full_name.casefold():
        found.append(Outlier.OWN_NAME)
    if official.home and official.home == subject.home:
        found.append(Outlier.NEIGHBOR)
    return found


def time_outliers(opened_at: datetime, is_working_day: bool, rules: OutlierRules) -> list[Outlier]:
    """``opened_at`` in local time. A day off says more than the hour; one of the two is enough."""
    if not is_working_day:
        return [Outlier.DAY_OFF]
    start, end = rules.working_hours
    return [] if start <= opened_at.hour < end else [Outlier.AT_NIGHT]


def is_near_ceiling(position: int, ceiling: int, rules: OutlierRules) -> bool:
    """Whether the day's look-up in this position is the first that comes near the ceiling."""
    first = -(-ceiling * rules.ceiling_percent // 100)
    return position == first


def leads_nowhere(look_ups: int, undecided: int, rules: OutlierRules) -> bool:
    """Whether too many look-ups led to no decision, in number and in share."""
    return undecided >= rules.undecided_at_least and undecided * 100 >= look_ups * rules.undecided_percent
