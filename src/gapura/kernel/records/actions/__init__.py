"""Holding, ending, handing out, passing on corrections, withdrawing consent."""

from gapura.kernel.records.actions.consent import renew_consent, withdraw_consent
from gapura.kernel.records.actions.copies import complete_copy, fetch_copy, make_copy
from gapura.kernel.records.actions.corrections import approve_correction_case, pass_on_correction
from gapura.kernel.records.actions.disposal import dispose_due, dispose_table
from gapura.kernel.records.actions.holds import lift_hold, propose_hold, propose_lifting, set_hold

__all__ = [
    "approve_correction_case",
    "complete_copy",
    "dispose_due",
    "dispose_table",
    "fetch_copy",
    "lift_hold",
    "make_copy",
    "pass_on_correction",
    "propose_hold",
    "propose_lifting",
    "renew_consent",
    "set_hold",
    "withdraw_consent",
]
