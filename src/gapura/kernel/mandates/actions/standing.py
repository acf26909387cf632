"""What the registers are asked about the two parties of a grant, and how a grant ends."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.catalogue.queries import get_mandate_rules, get_refusal
from gapura.kernel.catalogue.types import Party, Reasoned
from gapura.kernel.documents.actions import revoke_document
from gapura.kernel.documents.queries import find_document
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Answer, EvidenceRequest
from gapura.kernel.mandates.events import MandateEnded
from gapura.kernel.mandates.models import Mandate
from gapura.kernel.mandates.types import EndedBy
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.outbox.actions import publish

REVOKED = "mandate-ended"
_HOUSE = system_actor("mandates")


def find_obstacle(
    *, actor: Actor, principal: str, representative: str, case_number: str, now: datetime
) -> Reasoned | None:
    """Why, by the registers, no grant may stand between the two today; None when it may.

    Logged as any request; must run outside a transaction. Raises the exchange's refusals.
    """
    rules = get_mandate_rules()
    people = {Party.PRINCIPAL: principal, Party.REPRESENTATIVE: representative}
    requests = [
        EvidenceRequest(
            evidence_type=standing.check.evidence_type,
            subject=people[standing.of],
            consumer=rules.agency,
            case_number=case_number,
            legal_ground=standing.check.legal_ground,
            purpose=standing.check.purpose,
            as_of=local_day(now, settings.TIME_ZONE),
            question=standing.check.question,
            parameters=standing.check.parameters,
        )
        for standing in rules.standing
    ]
    with transaction.atomic():
        opened = open_requests(actor=actor, requests=requests, now=now)
    for standing, answer in zip(rules.standing, answer_requests(opened), strict=True):
        if not isinstance(answer, Answer) or answer.holds is not standing.check.expect:
            return standing.check.otherwise
    return None


def end_by_law(*, mandate: Mandate, obstacle: Reasoned, now: datetime) -> None:
    """A register said that the grant cannot stand: it ends for good, whatever the register says later."""
    with transaction.atomic():
        held = Mandate.objects.select_for_update().get(pk=mandate.pk)
        if held.ended_at is None:
            write_end(actor=_HOUSE, mandate=held, ended_by=EndedBy.LAW, reason=dict(obstacle.reason), now=now)


def end_mandates_of_the_dead(*, person_number: str, now: datetime) -> int:
    """A death ends what its person granted and what they accepted; the country's words say why. How many ended."""
    either = Q(principal=person_number) | Q(representative=person_number)
    mandates = list(Mandate.objects.filter(either, ended_at__isnull=True).order_by("pk"))
    for mandate in mandates:
        end_by_law(mandate=mandate, obstacle=get_refusal("mandate-ended-by-death"), now=now)
    return len(mandates)


def write_end(*, actor: Actor, mandate: Mandate, ended_by: EndedBy, reason: dict[str, str], now: datetime) -> None:
    """End the locked mandate with its document, and tell both. In the caller's transaction."""
    mandate.ended_at, mandate.ended_by, mandate.end_reason = now, ended_by, reason
    mandate.save(update_fields=["ended_at", "ended_by", "end_reason"])
    document = find_document(mandate.document_code)
    if document is not None and document.status == DocumentStatus.VALID:
        revoke_document(actor=actor, code=mandate.document_code, reason=REVOKED, now=now)
    record_event(
        actor=actor,
        action="mandates.ended",
        subject=mandate.principal,
        object_ref=f"mandate:{mandate.number}",
        detail={"ended_by": ended_by, "representative": mandate.representative},
    )
    tell_both(mandate, MessageKind.MANDATE_ENDED, now=now)
    publish(MandateEnded(mandate.number, mandate.principal, mandate.representative, ended_by))


def tell_both(mandate: Mandate, kind: str, *, now: datetime) -> None:
    """The same news to principal and representative."""
    for recipient in (mandate.principal, mandate.representative):
        tell(mandate, kind, recipient, now=now)


def tell(mandate: Mandate, kind: str, recipient: str, *, now: datetime, **context: str) -> None:
    """A message about the mandate into the recipient's inbox, in the same transaction."""
    words = {
        "principal": mandate.principal_name,
        "representative": mandate.representative_name,
        "code": mandate.number,
    }
    send_message(actor=_HOUSE, recipient=recipient, kind=kind, context=words | context, now=now)
