"""What every step has in common: one person for one side, one line of history, one audit event."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.agreements.events import AgreementMoved
from gapura.kernel.agreements.models import AgreementStep
from gapura.kernel.agreements.types import CannotChangeAgreement, Parties, Side
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.outbox.actions import publish


def check_one_side(actor: Actor, numbers: Iterable[str], side: Side) -> None:
    """Raises CannotChangeAgreement when this person, in whatever post, acted for another side before."""
    acted = AgreementStep.objects.filter(number__in=list(numbers), actor_person=actor.person_number or "")
    if acted.exclude(side__in=("", side)).exists():
        raise CannotChangeAgreement(
            _("You have acted for another agency in this matter; a colleague has to take this step.")
        )


def record_step(
    actor: Actor, number: str, parties: Parties, action: str, *, side: Side | None, note: str = "", now: datetime
) -> None:
    """Add to the history both agencies see, to the audit log, and tell whoever cares. In the step's transaction."""
    AgreementStep.objects.create(
        number=number,
        consumer=parties.consumer,
        holder=parties.holder,
        authority=parties.authority,
        action=action,
        side=side or "",
        at=now,
        actor_label=actor.label,
        actor_person=actor.person_number or "" if side else "",
        note=note,
    )
    record_event(
        actor=actor,
        action=f"agreements.{action}",
        object_ref=f"agreement:{number}",
        detail={"side": side or "", "consumer": parties.consumer, "holder": parties.holder},
    )
    publish(AgreementMoved(number=number, action=action, consumer=parties.consumer, holder=parties.holder))
