"""The books in words."""

from django.utils.translation import gettext_lazy as _

from gapura.kernel.payments.types import AccountKind, DifferenceKind

DIFFERENCES = {
    DifferenceKind.UNMATCHED: _("No bill explains it"),
    DifferenceKind.MISSING_AT_BANK: _("Missing at the bank"),
    DifferenceKind.OTHER_AMOUNT: _("Another amount"),
    DifferenceKind.REVERSED: _("Taken back by the bank"),
    DifferenceKind.BALANCE: _("Balance differs"),
    DifferenceKind.REFUND_FAILED: _("Refund not accepted"),
}
ACCOUNTS = {
    AccountKind.BANK: _("At the bank, on its statements"),
    AccountKind.CLEARING: _("Reported by the bank, not yet on a statement"),
    AccountKind.HELD: _("Held for bills that are not paid yet"),
    AccountKind.REVENUE: _("Revenue"),
    AccountKind.REFUNDS: _("Owed back to people"),
    AccountKind.SUSPENSE: _("Not explained by any bill"),
}
