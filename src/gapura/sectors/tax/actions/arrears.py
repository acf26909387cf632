"""What stands unpaid past its due day is arrears, told to whoever lawfully asks; what is settled ends them."""

from datetime import datetime, timedelta

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.registers.actions import correct_entry, end_entry, record_entry
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.tax.models import ArrearsEntry, InstallmentPlan, TaxAccount
from gapura.sectors.tax.queries.ledger import list_balances
from gapura.sectors.tax.types import Balance, PlanStatus


def follow_arrears(*, actor: Actor, account: TaxAccount, now: datetime) -> None:
    """Bring the register of arrears to what the locked account says. A plan that is kept is no arrears."""
    today, entries = local_day(now, settings.TIME_ZONE), _entries(account)
    if any(entry.recorded_at > now for entry in entries.values()):  # a clock that was set back writes no history
        return
    has_plan = InstallmentPlan.objects.filter(account=account, status=PlanStatus.RUNNING).exists()
    for balance in list_balances(account.taxpayer):
        owed = balance.owed if balance.is_overdue(today) and not has_plan else 0
        entry = entries.get(_number(account, balance))
        if entry is None and owed:
            _begin(actor, account, balance, now)
        elif entry is not None and not owed:
            ended_on = max(today, entry.valid_from + timedelta(days=1))
            end_entry(actor=actor, entry=entry, ended_on=ended_on, source=_source(account), now=now)
        elif entry is not None and entry.arrears_amount != owed:
            correct_entry(actor=actor, entry=entry, changes={"arrears_amount": owed}, source=_source(account), now=now)


def _entries(account: TaxAccount) -> dict[str, ArrearsEntry]:
    """What stands in the register of this account, by assessment number without its turn."""
    mine = ArrearsEntry.objects.filter(number=account.taxpayer, assessment_number__startswith=f"{account.pk}/")
    standing = mine.filter(superseded_at__isnull=True, valid_until__isnull=True)
    return {entry.assessment_number.rpartition("/")[0]: entry for entry in standing}


def _begin(actor: Actor, account: TaxAccount, balance: Balance, now: datetime) -> None:
    number = _number(account, balance)
    earlier = ArrearsEntry.objects.filter(assessment_number__startswith=f"{number}/", superseded_at__isnull=True)
    assert balance.due_on is not None
    entry = ArrearsEntry(
        assessment_number=f"{number}/{earlier.count() + 1}",
        number=account.taxpayer,
        national_tax=balance.tax,
        tax_year=int(balance.period[:4]),
        arrears_amount=balance.owed,
        valid_from=local_day(now, settings.TIME_ZONE) if earlier else balance.due_on + timedelta(days=1),
    )
    record_entry(actor=actor, entry=entry, source=_source(account), now=now)


def _number(account: TaxAccount, balance: Balance) -> str:
    return f"{account.pk}/{balance.tax}/{balance.period}"


def _source(account: TaxAccount) -> Source:
    return Source(SourceKind.LEDGER, f"tax-account:{account.pk}")
