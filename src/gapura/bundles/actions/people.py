"""Whom an item can be asked for, before anything is sent: who is at school need not be typed."""

from datetime import datetime

from django.conf import settings

from gapura.bundles.definitions import Item
from gapura.bundles.types import PersonOffer
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import get_number_to_be
from gapura.kernel.catalogue.types import PublicService
from gapura.kernel.exchange.actions import answer_requests, open_requests
from gapura.kernel.exchange.types import Evidence, EvidenceRequest
from gapura.kernel.mandates.queries import list_principals


def offer_people(
    *, actor: Actor, item: Item, service: PublicService, idempotency_key: str, now: datetime
) -> list[PersonOffer]:
    """Everybody whom the actor may ask the item for and of whom its register holds a record; none for other items.

    Asked and logged as the service's agency will, with no more fields than are shown. Raises ExchangeRefusal when a
    register does not answer.
    """
    if item.each is None:
        return []
    day, need = local_day(now, settings.TIME_ZONE), service.find_need(item.each.of)
    people = [one for one in list_principals(actor, service=service, on=day) if str(one.relation) == item.each.relation]
    requests = [
        EvidenceRequest(
            evidence_type=need.type,
            subject=one.number,
            consumer=service.agency,
            case_number=get_number_to_be(actor, idempotency_key),
            legal_ground=need.legal_ground,
            purpose=need.purpose,
            as_of=day,
            fields=frozenset(item.each.shows),
        )
        for one in people
    ]
    answers = answer_requests(open_requests(actor=actor, requests=requests, now=now)) if requests else []
    return [
        PersonOffer(one.number, one.full_name, " · ".join(str(record[name]) for name in item.each.shows))
        for one, answer in zip(people, answers, strict=True)
        for record in (answer.records[:1] if isinstance(answer, Evidence) else ())
    ]
