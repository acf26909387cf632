"""People are told of each slip about them that arrives, changes or is taken back: once for each version of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from gapura.kernel.audit.types import Actor
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.sectors.withholding.models import Delivery, SlipEntry

_AT_ONCE = 200


def tell_people(*, actor: Actor, number: str, now: datetime) -> int:
    """Tell everybody about whom the delivery changed a slip; how many messages went out.

    Each block of messages is sent together with how far it came: a worker killed in between goes on from there, and a
    second run sends nothing.
    """
    sent = 0
    while told := _tell_block(actor, number, now):
        sent += told
    return sent


def _tell_block(actor: Actor, number: str, now: datetime) -> int:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().defer("content").get(number=number)
        written = SlipEntry.objects.filter(source_reference=delivery.number, employer_number=delivery.reporter_number)
        block = list(written.filter(pk__gt=delivery.told_until).order_by("pk")[:_AT_ONCE])
        if not block:
            return 0
        known = _list_known(delivery, block)
        for slip in block:
            _tell(
                actor, slip, MessageKind.SLIP_CHANGED if slip.slip_number in known else MessageKind.SLIP_REPORTED, now
            )
        delivery.told_until = block[-1].pk
        delivery.save(update_fields=["told_until"])
    return len(block)


def _list_known(delivery: Delivery, block: Sequence[SlipEntry]) -> frozenset[str]:
    """Numbers among those of the block of which the register held an earlier version."""
    numbers = [slip.slip_number for slip in block]
    earlier = SlipEntry.objects.filter(employer_number=delivery.reporter_number, slip_number__in=numbers)
    held = earlier.filter(superseded_at__isnull=False).exclude(source_reference=delivery.number).order_by()
    return frozenset(held.values_list("slip_number", flat=True))


def _tell(actor: Actor, slip: SlipEntry, kind: MessageKind, now: datetime) -> None:
    page = f"{reverse('withholding:year-end')}?year={slip.tax_year}"
    send_message(
        actor=actor,
        recipient=slip.number,
        kind=kind,
        context={
            "reporter": slip.employer_name,
            "period": str(slip.tax_year),
            "code": slip.slip_number,
            "page": page,
        },
        now=now,
    )
