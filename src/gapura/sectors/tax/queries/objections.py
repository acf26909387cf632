"""Which assessments of a return stand, and until when one may object to them."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.periods import add_months
from gapura.kernel.cases.queries import list_refusals
from gapura.kernel.catalogue.queries import get_limit
from gapura.sectors.tax.models import TaxPosting, TaxReturn
from gapura.sectors.tax.queries.ledger import standing
from gapura.sectors.tax.return_kinds import get_kinds
from gapura.sectors.tax.types import MovementKind

AUDIT_SOURCE = "audit:"
OBJECTION = "tax.objection"


def find_return_by_number(number: str, taxpayer: str) -> TaxReturn | None:
    """The return, if it is the taxpayer's."""
    return TaxReturn.objects.filter(number=number, taxpayer=taxpayer).first()


def list_assessments(tax_return: TaxReturn) -> Sequence[TaxPosting]:
    """What the tax office assessed beyond the return and has not taken back, the newest last."""
    tax = get_kinds()[tax_return.kind].tax
    postings = TaxPosting.objects.filter(
        account__taxpayer=tax_return.taxpayer,
        tax=tax,
        period=tax_return.period,
        kind=MovementKind.ASSESSMENT,
        source__startswith=AUDIT_SOURCE,
    )
    return list(standing(postings).order_by("pk"))


def is_in_time(assessment: TaxPosting, on: date) -> bool:
    """Whether one may still object to it (UU KUP art. 25(3)): months as the calendar counts them, last day included."""
    assessed_on = local_day(assessment.at, settings.TIME_ZONE)
    return on <= add_months(assessed_on, get_limit("tax_objection_months"))


def find_refused_objection(tax_return: TaxReturn) -> date | None:
    """The day of the last decision that refused an objection to an assessment of the return."""
    refused = list_refusals(OBJECTION, tax_return.taxpayer)
    days = [one.decided_on for one in refused if one.answers.get("return") == tax_return.number]
    return max(days, default=None)


def can_appeal(refused_on: date, on: date) -> bool:
    """Whether the court may still be asked (UU KUP art. 27(3)): months after the decision on the objection."""
    return on <= add_months(refused_on, get_limit("tax_appeal_months"))
