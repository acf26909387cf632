"""Taking a request: checked whole, stored whole, then started."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.bundles.actions.progress import PATIENCE, advance_request
from gapura.bundles.definitions import Bundle, Item
from gapura.bundles.models import BundleDraft, BundleRequest, RequestedItem
from gapura.bundles.queries import get_assurance, get_bundle, get_services
from gapura.bundles.types import AnswersDoNotFit, BundleNotFound, CannotRequestBundle
from gapura.foundation.canonical import digest
from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.catalogue.types import InvalidAnswers, PublicService, ServiceNotInForce
from gapura.kernel.mandates.queries import list_principals

Answers = Mapping[str, Mapping[str, str]]


def request_bundle(
    *,
    actor: Actor,
    code: str,
    subject: str,
    answers: Answers,
    left_out: Collection[str] = (),
    people: Mapping[str, Collection[str]] = MappingProxyType({}),
    language: str,
    idempotency_key: str,
    now: datetime,
) -> BundleRequest:
    """Store the request with its items in one transaction, then start all that can start.

    ``answers`` by item and field; ``left_out``: codes of optional items; ``people``: by item that is repeated, whom
    it is asked for; their answers stand under ``item-number``. The same key of the same person gives the same request.
    Raises BundleNotFound, AnswersDoNotFit or CannotRequestBundle.
    """
    bundle = get_bundle(code)
    services = _open_services(actor, bundle, now)
    wanted = list(_wanted(bundle, left_out, people))
    relation = _relation(actor, services[bundle.items[0].code], subject, now)
    given = _fitting(wanted, services, answers)
    request = BundleRequest(
        number=new_code(11),
        bundle_code=bundle.code,
        title=dict(bundle.title),
        applicant=actor.person_number or "",
        subject=subject,
        relation=relation,
        answers=given,
        language=language,
        idempotency_key=idempotency_key,
        submission_digest=digest([bundle.code, subject, [part.asked_as for part in wanted], given]).hex(),
        submitted_at=now,
        next_look_at=now + PATIENCE,
    )
    try:
        _store(actor, request, wanted, services)
    except IntegrityError:
        return _find_earlier(request)
    return advance_request(actor=actor, number=request.number, now=now)


@dataclass(frozen=True, slots=True)
class _Part:
    """An item as it is asked for: once, or once for each person."""

    item: Item
    code: str
    asked_as: str
    person: str = ""


def _wanted(bundle: Bundle, left_out: Collection[str], people: Mapping[str, Collection[str]]) -> Iterator[_Part]:
    for item in bundle.items:
        if item.each:
            chosen = dict.fromkeys(people.get(item.code, ()))
            for place, person in enumerate(chosen, start=1):
                yield _Part(item, f"{item.code}-{place}", f"{item.code}-{person}", person)
        elif not (item.optional and item.code in left_out):
            yield _Part(item, item.code, item.code)


def _open_services(actor: Actor, bundle: Bundle, now: datetime) -> dict[str, PublicService]:
    if actor.kind is not ActorKind.RESIDENT or actor.person_number is None or actor.principal is not None:
        raise BundleNotFound(bundle.code)
    try:
        services = get_services(bundle, on=local_day(now, settings.TIME_ZONE))
    except ServiceNotInForce as error:
        raise BundleNotFound(bundle.code) from error
    if actor.assurance < get_assurance(services.values()):
        raise CannotRequestBundle(_("This needs a stronger sign-in. Sign in again with your second factor."))
    return services


def _relation(actor: Actor, service: PublicService, subject: str, now: datetime) -> str:
    """What the subject is to the applicant, as the register shows it."""
    people = list_principals(actor, service=service, on=local_day(now, settings.TIME_ZONE))
    found = next((one.relation for one in people if one.number == subject), None)
    if found is None:
        raise CannotRequestBundle(_("You may ask only for yourself and for those the register shows as yours."))
    return str(found)


def _fitting(wanted: Collection[_Part], services: Mapping[str, PublicService], answers: Answers) -> Answers:
    """What was answered to the fields the form asks, completed. Raises AnswersDoNotFit."""
    fitting: dict[str, dict[str, str]] = {}
    errors: dict[str, dict[str, str]] = {}
    for part in wanted:
        service = services[part.item.code]
        asked = {field.code for field in part.item.asks_for(service)}
        given = {name: value for name, value in answers.get(part.asked_as, {}).items() if name in asked}
        try:
            completed = service.complete_answers(given)
        except InvalidAnswers as refusal:
            if wrong := {name: said for name, said in refusal.errors.items() if name in asked}:
                errors[part.asked_as] = wrong
            completed = {name: given.get(name, "") for name in asked}
        fitting[part.code] = {name: value for name, value in completed.items() if name in asked}
    if errors:
        raise AnswersDoNotFit(errors)
    return fitting


def _store(
    actor: Actor, request: BundleRequest, wanted: Collection[_Part], services: Mapping[str, PublicService]
) -> None:
    with transaction.atomic():
        request.save(force_insert=True)
        BundleDraft.objects.filter(applicant=request.applicant, bundle_code=request.bundle_code).delete()
        RequestedItem.objects.bulk_create(
            RequestedItem(
                request=request,
                position=position,
                code=part.code,
                service_code=part.item.service,
                service_title=dict(services[part.item.code].title),
                agency_code=services[part.item.code].agency,
                person=part.person,
            )
            for position, part in enumerate(wanted)
        )
        record_event(
            actor=actor,
            action="bundles.request",
            subject=request.subject,
            object_ref=f"bundle:{request.number}",
            detail={"bundle": request.bundle_code, "items": [part.code for part in wanted]},
        )


def _find_earlier(request: BundleRequest) -> BundleRequest:
    earlier = BundleRequest.objects.get(applicant=request.applicant, idempotency_key=request.idempotency_key)
    if earlier.submission_digest != request.submission_digest:
        raise CannotRequestBundle(
            _("This form was already sent with other answers. Open the home page to see it, or start anew.")
        )
    return earlier
