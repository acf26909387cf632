"""What an objection or appeal that is granted does: the assessment is taken back, as if it had never been."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.tax.actions.ledger import lock_account, reverse_postings
from gapura.sectors.tax.models import TaxReturn
from gapura.sectors.tax.queries.objections import list_assessments
from gapura.sectors.tax.types import ReturnStatus


def take_back_assessments(*, actor: Actor, tax_return: TaxReturn, now: datetime) -> int:
    """Reverse what was assessed beyond the return; returns how many assessments that were. Nothing left: 0.

    The return is open again for amendment.
    """
    with transaction.atomic():
        lock_account(tax_return.taxpayer, now)
        assessments = list_assessments(tax_return)
        for assessment in assessments:
            reverse_postings(actor=actor, source=assessment.source, now=now)
        TaxReturn.objects.filter(pk=tax_return.pk, status=ReturnStatus.ASSESSED).update(status=ReturnStatus.FILED)
        record_event(
            actor=actor,
            action="tax.take-back-assessments",
            subject=tax_return.taxpayer,
            object_ref=f"tax-return:{tax_return.number}",
            detail={"assessments": len(assessments)},
        )
        return len(assessments)
