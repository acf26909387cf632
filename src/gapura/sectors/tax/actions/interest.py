"""Interest on tax that is late: by the law's rule, for each begun month once."""

from datetime import date, datetime

from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions.ledger import post, settle
from gapura.sectors.tax.models import TaxAccount, TaxPosting
from gapura.sectors.tax.queries.interest import get_interest
from gapura.sectors.tax.queries.ledger import list_balances, standing
from gapura.sectors.tax.rules import months_begun
from gapura.sectors.tax.types import AssessmentKind, Balance, Ledger, MovementKind


def charge_interest(*, actor: Actor, account: TaxAccount, today: date, now: datetime) -> int:
    """Post the interest of every begun month that is not posted yet, in a locked account. Returns the sum.

    On what is still owed of the tax, never on interest or penalties. A clock that is set back charges nothing.
    """
    charged = 0
    for balance in list_balances(account.taxpayer):
        principal = balance.owed_by_kind[AssessmentKind.TAX]
        if principal and balance.due_on and balance.is_overdue(today):
            charged += _charge(actor, account, balance, principal, balance.due_on, today, now)
    return charged


def _charge(
    actor: Actor, account: TaxAccount, balance: Balance, principal: int, due_on: date, today: date, now: datetime
) -> int:
    of_period = TaxPosting.objects.filter(account=account, tax=balance.tax, period=balance.period)
    prefix = f"interest:{account.pk}:"
    interest = of_period.filter(source__startswith=prefix, reverses__isnull=True)
    months_charged = standing(interest).count()
    turn = interest.count() - months_charged
    charged = 0
    for month in range(months_charged + 1, months_begun(due_on, today) + 1):
        amount = get_interest(principal, due_on, month) - get_interest(principal, due_on, month - 1)
        if amount <= 0:  # the law's longest time is over
            break
        post(
            actor=actor,
            account=account,
            kind=MovementKind.ASSESSMENT,
            tax=balance.tax,
            period=balance.period,
            debit=Ledger.INTEREST,
            credit=Ledger.LEVIED,
            amount=amount,
            due_on=today,
            source=f"{prefix}{turn}:{month}",
            now=now,
        )
        charged += amount
    if charged:
        settle(account, balance.tax, balance.period, actor=actor, now=now)
    return charged
