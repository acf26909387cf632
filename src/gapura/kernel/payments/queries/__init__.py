"""What people may read of bills, and treasurers of the books."""

from gapura.kernel.payments.queries.bills import (
    Bill,
    access_bill,
    access_difference,
    find_bill_of_case,
    find_latest_intent,
    find_live_intent,
    find_oldest_difference_age,
    find_payment,
    list_differences,
    list_payments_of,
    list_refunds_of,
)
from gapura.kernel.payments.queries.books import (
    count_open_differences,
    get_balance,
    list_balances,
    list_day_ends,
    list_revenue,
)

__all__ = [
    "Bill",
    "access_bill",
    "access_difference",
    "count_open_differences",
    "find_bill_of_case",
    "find_latest_intent",
    "find_live_intent",
    "find_oldest_difference_age",
    "find_payment",
    "get_balance",
    "list_balances",
    "list_day_ends",
    "list_differences",
    "list_payments_of",
    "list_refunds_of",
    "list_revenue",
]
