"""What the country settles about task cards, instructions and reports: ``office/work.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load


@dataclass(frozen=True, slots=True)
class WorkRules:
    """``remind_days_before``: days before a term on which it is shown again; ``longest_text``: characters.

    ``papers``: form and unit task of the document that is made of a ``hand_over`` or a ``weekly`` report.
    """

    remind_days_before: tuple[int, ...]
    remind_every_days_late: int
    longest_text: int
    most_recipients: int
    papers: Mapping[str, tuple[str, str]]


def get_work_rules() -> WorkRules:
    return _read(settings.GAPURA_JURISDICTION)


@cache
def _read(country: str) -> WorkRules:
    said = load(country).read("office", "work.yaml")
    return WorkRules(
        tuple(said["remind_days_before"]["value"]),
        said["remind_every_days_late"]["value"],
        said["longest_text"]["value"],
        said["most_recipients"]["value"],
        {name: (said["papers"][name]["form"], said["papers"][name]["task"]) for name in ("hand_over", "weekly")},
    )
