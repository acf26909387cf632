"""Posting to taxpayers' accounts. Every action is once only by its ``source``, and leaves credit and debt settled."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import ROW_DIGEST, Actor
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.tax.models import TaxAccount, TaxPosting
from gapura.sectors.tax.queries.businesses import find_responsible
from gapura.sectors.tax.queries.ledger import get_balance, standing
from gapura.sectors.tax.queries.terms import get_charge_order
from gapura.sectors.tax.rules import share_out
from gapura.sectors.tax.types import AssessmentKind, Balance, CannotPost, Ledger, MovementKind

Posting = TaxPosting


def post_assessment(
    *,
    actor: Actor,
    taxpayer: str,
    tax: str,
    period: str,
    kind: AssessmentKind,
    amount: int,
    due_on: date,
    source: str,
    now: datetime,
) -> Posting:
    """Let the taxpayer owe ``amount`` (whole units, more than 0). ``period``: ``2025`` or ``2025-03``.

    ``tax`` is a NationalTax; ``taxpayer`` the number of a person, or of a business that is a taxpayer. The same source
    again returns the first posting; with other words it raises CannotPost. Credit of the period settles it at once.
    """
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        posting = post(
            actor=actor,
            account=account,
            kind=MovementKind.ASSESSMENT,
            tax=tax,
            period=period,
            debit=Ledger(kind.value),
            credit=Ledger.LEVIED,
            amount=amount,
            due_on=due_on,
            source=source,
            now=now,
        )
        settle(account, tax, period, actor=actor, now=now)
        return posting


def post_credit(
    *, actor: Actor, taxpayer: str, tax: str, period: str, amount: int, source: str, now: datetime
) -> Posting:
    """Tax that others withheld, or that was prepaid: it settles what the period owes, the rest can go back.

    Once only by ``source``, as post_assessment. Raises CannotPost.
    """
    with transaction.atomic():
        account = lock_account(taxpayer, now)
        posting = post(
            actor=actor,
            account=account,
            kind=MovementKind.CREDIT,
            tax=tax,
            period=period,
            debit=Ledger.WITHHELD,
            credit=Ledger.CREDIT,
            amount=amount,
            source=source,
            now=now,
        )
        settle(account, tax, period, actor=actor, now=now)
        return posting


def reverse_postings(*, actor: Actor, source: str, now: datetime) -> list[Posting]:
    """Take back everything posted under ``source``; what it settled is settled anew. Nothing is removed.

    Returns the reversals: empty when there was nothing, or it was reversed before. Interest on a tax that is taken
    back goes with it, and is charged again on what is then owed.
    """
    with transaction.atomic():
        wrong = list(standing(TaxPosting.objects.filter(source=source)).order_by("pk").select_related("account"))
        reversals = []
        for posting in wrong:
            account = lock_account(posting.account.taxpayer, now)
            if TaxPosting.objects.filter(reverses=posting).exists():  # by who held the lock before us
                continue
            _unsettle(account, posting, actor=actor, now=now)
            reversals.append(_reverse(posting, actor=actor, now=now))
        for tax, period, account in {(one.tax, one.period, one.account) for one in reversals}:
            settle(account, tax, period, actor=actor, now=now)
        return reversals


def lock_account(taxpayer: str, now: datetime) -> TaxAccount:
    """The account, opened if need be, held until the transaction ends: of two who post, one waits here."""
    account, _is_new = TaxAccount.objects.get_or_create(
        taxpayer=taxpayer,
        defaults={
            "responsible": find_responsible(taxpayer, on=local_day(now, settings.TIME_ZONE)),
            "agency_code": get_register_owner("tax"),
            "opened_at": now,
        },
    )
    return TaxAccount.objects.select_for_update().get(pk=account.pk)


def post(*, actor: Actor, account: TaxAccount, source: str, now: datetime, **movement: Any) -> Posting:
    """Add one posting to a locked account; the first one, where its source has said the same before."""
    if movement["amount"] <= 0:
        raise CannotPost(_("An amount has to be more than zero."))
    once = {name: movement[name] for name in ("tax", "period", "debit", "credit")}
    earlier = TaxPosting.objects.filter(source=source, reverses__isnull=True, **once).first()
    if earlier is not None:
        if earlier.account_id != account.pk or earlier.amount != movement["amount"]:
            raise CannotPost(_("This was posted before with other figures. Take the first one back, then post anew."))
        return earlier
    posting = TaxPosting(number=new_code(15), account=account, source=source, at=now, **movement)
    posting.save(force_insert=True)
    _record(actor, posting)
    return posting


def settle(account: TaxAccount, tax: str, period: str, *, actor: Actor, now: datetime) -> None:
    """Let credit and debt of one period meet, in a locked account. Afterwards at most one of them is left."""
    for debit, credit, amount in _moves(get_balance(account.taxpayer, tax, period)):
        post(
            actor=actor,
            account=account,
            kind=MovementKind.SETTLEMENT,
            tax=tax,
            period=period,
            debit=debit,
            credit=credit,
            amount=amount,
            source=f"settlement:{new_code(15)}",
            now=now,
        )


def _moves(balance: Balance) -> list[tuple[Ledger, Ledger, int]]:
    """First what was paid beyond a charge becomes credit; then credit that is gone is owed; then credit settles."""
    moves, owed, credit = [], dict(balance.owed_by_kind), balance.credit
    for kind, amount in balance.owed_by_kind.items():
        if amount < 0:
            moves.append((Ledger(kind.value), Ledger.CREDIT, -amount))
            owed[kind], credit = 0, credit - amount
    if credit < 0:  # it went out before it was taken back
        moves.append((Ledger.TAX, Ledger.CREDIT, -credit))
        owed[AssessmentKind.TAX] += -credit
        return moves
    open_now = Balance(balance.tax, balance.period, owed)
    for _balance, kind, part in share_out(credit, [open_now], get_charge_order()):
        moves.append((Ledger.CREDIT, Ledger(kind.value), part))
    return moves


def _unsettle(account: TaxAccount, posting: TaxPosting, *, actor: Actor, now: datetime) -> None:
    """Before a posting is reversed: what its period settled, and the interest on a tax that was not owed."""
    of_period = standing(TaxPosting.objects.filter(account=account, tax=posting.tax, period=posting.period))
    drawn = of_period.filter(kind=MovementKind.SETTLEMENT)
    if posting.debit == Ledger.TAX:
        drawn = drawn | of_period.filter(source__startswith="interest:")
    for one in drawn.order_by("-pk"):
        _reverse(one, actor=actor, now=now)


def _reverse(posting: TaxPosting, *, actor: Actor, now: datetime) -> TaxPosting:
    reversal = TaxPosting(
        number=new_code(15),
        account=posting.account,
        kind=posting.kind,
        tax=posting.tax,
        period=posting.period,
        debit=posting.credit,
        credit=posting.debit,
        amount=posting.amount,
        source=posting.source,
        reverses=posting,
        at=now,
    )
    reversal.save(force_insert=True)
    _record(actor, reversal)
    return reversal


def _record(actor: Actor, posting: TaxPosting) -> None:
    record_event(
        actor=actor,
        action="tax.reverse" if posting.reverses_id else "tax.post",
        subject=posting.account.responsible,
        object_ref=f"tax-posting:{posting.number}",
        detail={
            "kind": posting.kind,
            "tax": posting.tax,
            "period": posting.period,
            "amount": posting.amount,
            ROW_DIGEST: posting.logged_digest,
        },
    )
