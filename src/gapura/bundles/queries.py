"""Bundles on offer, and those a person asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from gapura.bundles.definitions import Bundle as Bundle
from gapura.bundles.definitions import list_bundles as list_bundles
from gapura.bundles.models import BundleDraft, BundleRequest, RequestedItem
from gapura.bundles.types import BundleNotFound, ItemStatus
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.kernel.cases.queries import Case
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.types import PublicService, ServiceNotInForce


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with its case, if it has one."""

    item: RequestedItem
    case: Case | None

    @property
    def is_settled(self) -> bool:
        return self.item.status not in (ItemStatus.WAITING, ItemStatus.STARTED)


def get_bundle(code: str) -> Bundle:
    """Raises BundleNotFound."""
    found = next((bundle for bundle in list_bundles() if bundle.code == code), None)
    if found is None:
        raise BundleNotFound(code)
    return found


def list_bundles_for(life_event: str, *, on: date) -> list[Bundle]:
    """The bundles whose every service is in force on ``on``."""
    return [bundle for bundle in list_bundles() if bundle.life_event == life_event and is_in_force(bundle, on=on)]


def is_in_force(bundle: Bundle, *, on: date) -> bool:
    try:
        get_services(bundle, on=on)
    except ServiceNotInForce:
        return False
    return True


def get_services(bundle: Bundle, *, on: date) -> dict[str, PublicService]:
    """The service of each item, by the item's code. Raises ServiceNotInForce."""
    return {item.code: get_service(item.service, on=on) for item in bundle.items}


def get_assurance(services: Iterable[PublicService]) -> AssuranceLevel:
    """The strongest proof of identity that any of them needs."""
    return max(service.assurance for service in services)


def access_request(actor: Actor, number: str) -> BundleRequest:
    """The request, for the resident who made it, in person. Raises BundleNotFound."""
    in_person = actor.kind is ActorKind.RESIDENT and actor.principal is None and actor.person_number
    found = BundleRequest.objects.filter(number=number, applicant=actor.person_number).first() if in_person else None
    if found is None:
        raise BundleNotFound(number)
    return found


def find_draft(actor: Actor, code: str) -> BundleDraft | None:
    """What the actor kept of the bundle's form for later."""
    kept: BundleDraft | None = BundleDraft.objects.filter(applicant=actor.person_number, bundle_code=code).first()
    return kept


def list_requests(person_number: str, *, limit: int = 20) -> list[BundleRequest]:
    """What the person asked for, newest first."""
    return list(BundleRequest.objects.filter(applicant=person_number).order_by("-pk")[:limit])


def list_items(request: BundleRequest) -> list[ItemView]:
    """The items in order, with their cases. Two queries."""
    items = list(request.items.order_by("position"))
    cases = {one.number: one for one in Case.objects.filter(number__in=[i.case_number for i in items if i.case_number])}
    return [ItemView(item, cases.get(item.case_number)) for item in items]


def find_request_of_case(case_number: str) -> str | None:
    """The number of the request that the case is an item of."""
    items = RequestedItem.objects.filter(case_number=case_number)
    return items.values_list("request__number", flat=True).first()


def list_waiting_about(persons: Iterable[str]) -> list[str]:
    """Numbers of requests that wait for something and are made by or about one of these persons."""
    people = tuple(persons)
    about = Q(applicant__in=people) | Q(subject__in=people)
    waiting = BundleRequest.objects.filter(about, next_look_at__isnull=False)
    return list(waiting.order_by("pk").values_list("number", flat=True))
