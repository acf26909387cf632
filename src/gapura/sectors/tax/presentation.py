"""Accounts in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from gapura.kernel.catalogue.queries import get_code_label
from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.types import AuditStatus, Ledger, MovementKind, PlanStatus, RequestStatus
from gapura.web.jinja import money as money
from gapura.web.languages import localized

CHARGES = {Ledger.TAX: _("Tax"), Ledger.INTEREST: _("Interest"), Ledger.PENALTY: _("Penalty")}
_ASSESSED = {
    Ledger.TAX: _("Tax assessed"),
    Ledger.INTEREST: _("Interest for paying late"),
    Ledger.PENALTY: _("Penalty"),
}
_MOVEMENTS = {
    MovementKind.CREDIT: _("Paid for you in advance, by an employer or others"),
    MovementKind.SETTLEMENT: _("Credit and debt of the period met"),
    MovementKind.PAYMENT: _("You paid"),
    MovementKind.REFUND: _("Paid back to you"),
    MovementKind.NETTING: _("Credit settled a debt of another period"),
    MovementKind.WRITE_OFF: _("Given up by the state"),
}
PLANS = {
    PlanStatus.ASKED: _("Waits for the decision"),
    PlanStatus.RUNNING: _("Running"),
    PlanStatus.KEPT: _("Paid"),
    PlanStatus.BROKEN: _("Not kept"),
    PlanStatus.DENIED: _("Refused"),
}
REQUESTS = {
    RequestStatus.ASKED: _("Waits for the decision"),
    RequestStatus.GRANTED: _("Granted, the money is on its way"),
    RequestStatus.PAID: _("Paid to your account"),
    RequestStatus.FAILED: _("The bank could not pay it to this account; ask again with another one"),
    RequestStatus.DENIED: _("Refused"),
}
AUDITS = {
    AuditStatus.PROPOSED: _("Proposed"),
    AuditStatus.OPEN: _("Running"),
    AuditStatus.CLOSED: _("Ended"),
    AuditStatus.DENIED: _("Refused"),
}


def period_words(period: str) -> str:
    """``2025`` as it is, ``2025-03`` as the month's name and year."""
    year, _dash, month = period.partition("-")
    return date_format(date(int(year), int(month), 1), "F Y") if month else year


def tax_words(tax: str, period: str) -> str:
    """``Income tax 2025`` in the active language."""
    return f"{localized(get_code_label('national_tax', tax))} {period_words(period)}"


def posting_words(posting: TaxPosting) -> str:
    """What a posting is to the taxpayer; a reversal says of what."""
    if posting.kind == MovementKind.ASSESSMENT:
        side = posting.credit if posting.reverses_id else posting.debit
        return str(_ASSESSED[Ledger(side)])
    return str(_MOVEMENTS[MovementKind(posting.kind)])
