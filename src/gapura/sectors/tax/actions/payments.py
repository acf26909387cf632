"""Money for taxes: one bill at a time, shared out over the debts by the law, taken back if the bank does."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.payments.actions import end_bill, issue_bill
from gapura.kernel.payments.queries import Bill, find_bill_of_case
from gapura.kernel.payments.types import Fee, RefundGround
from gapura.sectors.tax.actions.arrears import follow_arrears
from gapura.sectors.tax.actions.interest import charge_interest
from gapura.sectors.tax.actions.ledger import lock_account, post, reverse_postings, settle
from gapura.sectors.tax.actions.notices import send_notice
from gapura.sectors.tax.models import TaxAccount, TaxBill, TaxPosting
from gapura.sectors.tax.queries.accounts import access_account
from gapura.sectors.tax.queries.ledger import find_account, list_balances, standing
from gapura.sectors.tax.queries.terms import get_account_term, get_charge_order, get_currency
from gapura.sectors.tax.rules import share_out
from gapura.sectors.tax.types import (
    BILL_CODE,
    AssessmentKind,
    Balance,
    CannotChangeAccount,
    CannotPost,
    Ledger,
    MovementKind,
    TaxBillStatus,
)


def issue_tax_bill(*, actor: Actor, taxpayer: str, amount: int | None = None, now: datetime) -> Bill:
    """The treasury's bill for what the account owes (or a part: ``amount``), with interest until today.

    The open bill, where there is one of this amount; another amount replaces it, and money that is on its way for the
    old one goes back by itself. Raises AccountNotFound; CannotChangeAccount when nothing, or less, is owed.
    """
    today = local_day(now, settings.TIME_ZONE)
    access_account(actor, taxpayer, on=today)
    if find_account(taxpayer) is None:
        raise CannotChangeAccount(_("You owe nothing."))
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        charge_interest(actor=actor, account=account, today=today, now=now)
        owed = sum(balance.owed for balance in list_balances(taxpayer))
        wanted = owed if amount is None else amount
        if not 0 < wanted <= owed:
            raise CannotChangeAccount(_("This is not owed any more. Look at the account again."))
        return _open_bill(actor, account, wanted, now) or _new_bill(actor, account, wanted, today, now)


def _open_bill(actor: Actor, account: TaxAccount, amount: int, now: datetime) -> Bill | None:
    """The open bill if it is of this amount; another one is cancelled."""
    current = TaxBill.objects.filter(account=account, status=TaxBillStatus.OPEN).first()
    if current is None:
        return None
    bill = find_bill_of_case(current.number)
    if current.amount == amount and bill is not None and bill.payer == actor.person_number:
        return bill
    end_bill(actor=actor, case_number=current.number, ground=RefundGround.WITHDRAWN, percent=100, now=now)
    current.status = TaxBillStatus.ENDED
    current.save(update_fields=["status"])
    return None


def _new_bill(actor: Actor, account: TaxAccount, amount: int, today: date, now: datetime) -> Bill:
    number = new_code(15)
    TaxBill.objects.create(number=number, account=account, amount=amount, issued_at=now)
    return issue_bill(
        actor=actor,
        case_number=number,
        service_code=BILL_CODE,
        service_title=get_account_term("bill", "title"),
        payer=actor.person_number or "",
        agency_code=account.agency_code,
        fee=Fee(amount, amount, get_currency(), get_account_term("bill", "law")),
        payable_until=today + timedelta(days=get_account_term("bill", "payable_days")),
        now=now,
    )


def take_paid_bill(*, actor: Actor, number: str, now: datetime) -> None:
    """The whole of a tax bill is here: share it out. Does nothing for bills of others, or a second time."""
    with transaction.atomic():
        bill = _lock_bill(number, now)
        if bill is None or bill.status == TaxBillStatus.PAID:
            return
        turn = TaxPosting.objects.filter(source__startswith=f"bill:{number}/", reverses__isnull=True)
        source = f"bill:{number}/{len(set(turn.values_list('source', flat=True))) + 1}"
        taxpayer = bill.account.taxpayer
        record_payment(actor=actor, taxpayer=taxpayer, amount=bill.amount, source=source, now=now)
        bill.status = TaxBillStatus.PAID
        bill.save(update_fields=["status"])
        send_notice(actor=actor, account=bill.account, kind="tax_paid", now=now)


def take_back_bill(*, actor: Actor, number: str, now: datetime) -> None:
    """The bank took the money of a paid tax bill back: everything it settled is owed again."""
    with transaction.atomic():
        bill = _lock_bill(number, now)
        if bill is None or bill.status != TaxBillStatus.PAID:
            return
        paid = standing(TaxPosting.objects.filter(source__startswith=f"bill:{number}/"))
        for source in sorted(set(paid.values_list("source", flat=True))):
            reverse_postings(actor=actor, source=source, now=now)
        TaxBill.objects.filter(account=bill.account, status=TaxBillStatus.OPEN).update(status=TaxBillStatus.ENDED)
        bill.status = TaxBillStatus.OPEN
        bill.save(update_fields=["status"])


def end_tax_bill(*, number: str, now: datetime) -> None:
    """Nobody paid it in time; the treasury gives back what came. A new one can be asked for."""
    with transaction.atomic():
        bill = _lock_bill(number, now)
        if bill is not None and bill.status == TaxBillStatus.OPEN:
            bill.status = TaxBillStatus.ENDED
            bill.save(update_fields=["status"])


def _lock_bill(number: str, now: datetime) -> TaxBill | None:
    taxpayer = TaxBill.objects.filter(number=number).values_list("account__taxpayer", flat=True).first()
    if taxpayer is None:
        return None
    lock_account(taxpayer, now)
    return TaxBill.objects.select_related("account").get(number=number)


def record_payment(*, actor: Actor, taxpayer: str, amount: int, source: str, now: datetime) -> list[TaxPosting]:
    """Money came, once per ``source``: the longest due first, in each the country's order; what is left is credit.

    Returns the postings. Raises CannotPost for an account that never owed anything.
    """
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        earlier = TaxPosting.objects.filter(source=source, kind=MovementKind.PAYMENT, reverses__isnull=True)
        if found := list(earlier.order_by("pk")):
            return found
        if not (balances := list_balances(taxpayer)) or amount <= 0:
            raise CannotPost(_("Nothing was ever assessed here, so nobody knows what this money is for."))
        postings = [
            _post_part(actor, account, MovementKind.PAYMENT, balance, kind, part, source, now)
            for balance, kind, part in share_out(amount, balances, get_charge_order())
        ]
        if left := amount - sum(one.amount for one in postings):
            last = balances[-1]
            postings.append(
                post(
                    actor=actor,
                    account=account,
                    kind=MovementKind.PAYMENT,
                    tax=last.tax,
                    period=last.period,
                    debit=Ledger.MONEY,
                    credit=Ledger.CREDIT,
                    amount=left,
                    source=source,
                    now=now,
                )
            )
            settle(account, last.tax, last.period, actor=actor, now=now)
        record_event(
            actor=actor,
            action="tax.payment",
            subject=account.responsible,
            object_ref=f"tax-account:{account.pk}",
            detail={"amount": amount, "source": source},
        )
        follow_arrears(actor=actor, account=account, now=now)
        return postings


def net_credit(*, actor: Actor, taxpayer: str, tax: str, period: str, now: datetime) -> int:
    """Before credit goes back it settles the taxpayer's other debts. Returns how much it settled."""
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        balances = {(one.tax, one.period): one for one in list_balances(taxpayer)}
        mine = balances.pop((tax, period), Balance(tax, period))
        parts = list(share_out(mine.credit, balances.values(), get_charge_order()))
        if not (total := sum(part for _balance, _kind, part in parts)):
            return 0
        source = f"netting:{new_code(15)}"
        post(
            actor=actor,
            account=account,
            kind=MovementKind.NETTING,
            tax=tax,
            period=period,
            debit=Ledger.CREDIT,
            credit=Ledger.NETTED,
            amount=total,
            source=source,
            now=now,
        )
        for balance, kind, part in parts:
            _post_part(actor, account, MovementKind.NETTING, balance, kind, part, source, now)
        follow_arrears(actor=actor, account=account, now=now)
        send_notice(actor=actor, account=account, kind="tax_netted", now=now)
        return total


def _post_part(
    actor: Actor,
    account: TaxAccount,
    movement: MovementKind,
    balance: Balance,
    kind: AssessmentKind,
    amount: int,
    source: str,
    now: datetime,
) -> TaxPosting:
    return post(
        actor=actor,
        account=account,
        kind=movement,
        tax=balance.tax,
        period=balance.period,
        debit=Ledger.MONEY if movement is MovementKind.PAYMENT else Ledger.NETTED,
        credit=Ledger(kind.value),
        amount=amount,
        source=source,
        now=now,
    )
