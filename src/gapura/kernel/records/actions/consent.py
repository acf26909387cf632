"""A person takes back their consent, or gives it again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.models import ConsentWithdrawal
from gapura.kernel.records.queries import is_consent
from gapura.kernel.records.types import CannotWithdrawConsent


def withdraw_consent(*, actor: Actor, consumer: str, legal_ground: str, now: datetime) -> ConsentWithdrawal:
    """From commit on the exchange gives ``consumer`` nothing about the actor on this ground.

    Raises AccessDenied, CannotWithdrawConsent (another ground than consent, or withdrawn already).
    """
    if not actor.person_number:
        raise AccessDenied
    if not is_consent(legal_ground):
        raise CannotWithdrawConsent(_("The law itself allows this, not your consent; it cannot be withdrawn."))
    try:
        with transaction.atomic():
            withdrawal = ConsentWithdrawal.objects.create(
                person_number=actor.person_number, consumer=consumer, legal_ground=legal_ground, withdrawn_at=now
            )
            _record(actor, "records.consent_withdrawn", withdrawal)
    except IntegrityError as error:
        raise CannotWithdrawConsent(_("You have withdrawn this consent already.")) from error
    return withdrawal


def renew_consent(*, actor: Actor, withdrawal_id: int, now: datetime) -> None:
    """Consent again. Raises AccessDenied when there is no such withdrawal of the actor's."""
    with transaction.atomic():
        standing = ConsentWithdrawal.objects.select_for_update().filter(
            pk=withdrawal_id, person_number=actor.person_number or "", renewed_at__isnull=True
        )
        withdrawal = standing.first()
        if withdrawal is None:
            raise AccessDenied
        withdrawal.renewed_at = now
        withdrawal.save(update_fields=["renewed_at"])
        _record(actor, "records.consent_renewed", withdrawal)


def _record(actor: Actor, action: str, withdrawal: ConsentWithdrawal) -> None:
    record_event(
        actor=actor,
        action=action,
        subject=withdrawal.person_number,
        object_ref=f"consent:{withdrawal.pk}",
        detail={"consumer": withdrawal.consumer, "legal_ground": withdrawal.legal_ground},
    )
