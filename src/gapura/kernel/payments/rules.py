"""The life of a bill in one table, how patiently a bank is asked, and what a camt.053 statement must add up to."""

from datetime import datetime, timedelta

from gapura.kernel.payments.types import AccountKind, BankStatement, BillStatus

S = BillStatus

# What may happen to a bill: from which states, to which.
TRANSITIONS: dict[str, tuple[frozenset[BillStatus], BillStatus]] = {
    "pay": (frozenset({S.OPEN}), S.PAID),
    "settle": (frozenset({S.PAID}), S.SETTLED),
    "reverse": (frozenset({S.PAID, S.SETTLED}), S.OPEN),
    "cancel": (frozenset({S.OPEN}), S.CANCELLED),
    "expire": (frozenset({S.OPEN}), S.EXPIRED),
    "refund": (frozenset({S.PAID, S.SETTLED}), S.REFUNDED),
}
EARNED = frozenset({S.PAID, S.SETTLED})

FIRST_PATIENCE = timedelta(seconds=15)
LONGEST_PATIENCE = timedelta(minutes=30)
LOST_AFTER = timedelta(hours=1)
CALLBACK_LIFE = timedelta(minutes=5)

# Accounts whose balance is what the state has; the others say whose it is.
ASSETS = frozenset({AccountKind.BANK, AccountKind.CLEARING})


def target_of(action: str, status: str) -> BillStatus | None:
    """Where ``action`` takes a bill that stands at ``status``; None when it may not happen."""
    sources, target = TRANSITIONS[action]
    return target if status in sources else None


def next_inquiry(asked_since: datetime, now: datetime) -> datetime:
    """When to ask next: as long from now as was waited already, between 15 seconds and half an hour."""
    return now + min(max(now - asked_since, FIRST_PATIENCE), LONGEST_PATIENCE)


def share(amount: int, percent: int) -> int:
    """``percent`` of an amount that goes back, rounded up to whole units: in the person's favor."""
    return -(-amount * percent // 100)


def unexplained(statement: BankStatement) -> int:
    """By how much the statement's lines miss its own closing balance; 0 for one that adds up."""
    return statement.closing - statement.opening - sum(line.amount for line in statement.lines)
