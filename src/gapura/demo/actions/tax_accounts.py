"""Tax accounts with something to see: one owes, one paid too much, the others are settled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gapura.demo.types import SampleResident, Story
from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions import post_assessment, post_credit
from gapura.sectors.tax.types import AssessmentKind

_TAX = 1_860_000
_WITHHELD = {Story.SINGLE: 1_500_000, Story.OWNER: 2_310_000}


def open_tax_accounts(*, actor: Actor, residents: Sequence[SampleResident], now: datetime) -> None:
    """The year before last of every sample resident; last year is theirs to file."""
    year = now.year - 2
    for resident in residents:
        withheld = _WITHHELD.get(resident.story, _TAX)
        source = f"demo:{resident.number}:{year}"
        post_assessment(
            actor=actor,
            taxpayer=resident.number,
            tax="income",
            period=str(year),
            kind=AssessmentKind.TAX,
            amount=_TAX,
            due_on=(now + timedelta(days=30)).date(),
            source=source,
            now=now,
        )
        post_credit(
            actor=actor,
            taxpayer=resident.number,
            tax="income",
            period=str(year),
            amount=withheld,
            source=source,
            now=now,
        )
