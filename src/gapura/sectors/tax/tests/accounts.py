"""Officials of the tax office, and an account with something owed."""

from datetime import UTC, date, datetime

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.testing import official, resident
from gapura.sectors.tax.actions import post_assessment
from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.types import OFFICER, SUPERVISOR, AssessmentKind

ANI, BUDI = "3171014205900001", "3171010105880002"
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
DUE = date(2026, 3, 31)
HOUSE = system_actor("test")
PERSON = resident(ANI)


def officer(number: str = "3171010101700001", *roles: str) -> Actor:
    """Of the tax agency; ``OFFICER`` unless other roles are named."""
    return official(*(roles or (OFFICER,)), agency="djp", person_number=number)


def supervisor(number: str = "3171010101700002") -> Actor:
    return officer(number, SUPERVISOR)


def owe(amount: int = 1_000_000, *, who: str = ANI, period: str = "2025", due_on: date = DUE) -> TaxPosting:
    """Income tax of a year that is not paid."""
    return post_assessment(
        actor=HOUSE,
        taxpayer=who,
        tax="income",
        period=period,
        kind=AssessmentKind.TAX,
        amount=amount,
        due_on=due_on,
        source=f"test:{who}:{period}:{amount}",
        now=NOW,
    )
