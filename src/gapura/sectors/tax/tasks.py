"""What a night brings to taxpayers' accounts, and what a new report means for a return that was filed."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.sectors.tax.actions.collection import follow_accounts
from gapura.sectors.tax.actions.return_news import compare_filed_returns

COMPARE_JOB = "tax.compare_filed_returns"
_SIX_HOURS = 6 * 3600


def follow_all() -> int:
    """Interest, arrears, plans, risk, and the letters the house sends itself; each of them once."""
    return follow_accounts(actor=system_actor("tax"), now=clock.now())


register_periodic("tax.follow_accounts", _SIX_HOURS, follow_all)


@job(COMPARE_JOB)
def compare_filed(taxpayer: str, register: str) -> None:
    """Tell the person where what they filed differs from what is reported now."""
    compare_filed_returns(actor=system_actor("tax"), taxpayer=taxpayer, register=register, now=clock.now())
