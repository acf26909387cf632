"""Everything that may be done with money."""

from gapura.kernel.payments.actions.bills import end_bill, expire_bills, issue_bill
from gapura.kernel.payments.actions.day_end import close_difference, compare_day
from gapura.kernel.payments.actions.disbursements import (
    conclude_disbursement,
    order_disbursement,
    send_disbursements,
)
from gapura.kernel.payments.actions.intents import begin_payment, inquire_due, inquire_intent, take_callback
from gapura.kernel.payments.actions.refunds import carry_out_refund, propose_refund, send_refunds
from gapura.kernel.payments.actions.sealed_receipts import seal_receipt

__all__ = [
    "begin_payment",
    "carry_out_refund",
    "close_difference",
    "compare_day",
    "conclude_disbursement",
    "end_bill",
    "expire_bills",
    "inquire_due",
    "inquire_intent",
    "issue_bill",
    "order_disbursement",
    "propose_refund",
    "seal_receipt",
    "send_disbursements",
    "send_refunds",
    "take_callback",
]
