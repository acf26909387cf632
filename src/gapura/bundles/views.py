"""A bundle over HTTP: one form, and one page that tells how every item stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from gapura.bundles.actions import offer_people, request_bundle, save_draft
from gapura.bundles.definitions import Bundle, Item
from gapura.bundles.forms import BundleForm
from gapura.bundles.models import BundleRequest
from gapura.bundles.queries import access_request, find_draft, get_assurance, get_bundle, get_services, list_items
from gapura.bundles.types import AnswersDoNotFit, BundleNotFound, CannotRequestBundle, PersonOffer
from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import offer_records
from gapura.kernel.cases.queries import Case, get_service_of
from gapura.kernel.catalogue.queries import get_agency
from gapura.kernel.catalogue.types import PublicService, ServiceNotInForce
from gapura.kernel.exchange.types import ExchangeRefusal
from gapura.kernel.identity.queries import access_resident, require_assurance
from gapura.kernel.mandates.queries import list_principals
from gapura.kernel.mandates.types import Representable
from gapura.web.languages import reader_language

CHOOSING = "choosing"  # sent with the person alone, where what can be chosen depends on who it is
SAVING = "saving"  # sent with what is written so far, to go on later
LOOK_AGAIN_SECONDS = 10
LONGEST_KEY = 64


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_resident(request)
    today = clock.today(settings.TIME_ZONE)
    try:
        bundle = get_bundle(code)
        services = get_services(bundle, on=today)
    except (BundleNotFound, ServiceNotInForce) as absence:
        raise Http404 from absence
    require_assurance(request, get_assurance(services.values()))
    people = list_principals(actor, service=services[bundle.items[0].code], on=today)
    choosing = _items_to_choose_in(bundle, services)
    person = _for_whom(request, people)
    if choosing and person:
        people = [person]
    sent = request.POST if request.method == "POST" and CHOOSING not in request.POST else None
    key = request.POST.get("idempotency_key", "")[:LONGEST_KEY] or new_code(23)
    offered, is_partly_silent = _offer_people(actor, bundle, services, key)
    form = BundleForm(sent, bundle=bundle, services=services, people=people, offered=offered, key=key)
    context: dict[str, Any] = {
        "bundle": bundle,
        "form": form,
        "items": _told(bundle, services, offered),
        "is_partly_silent": is_partly_silent,
        "people": people,
        "saving": SAVING,
    }
    if SAVING in request.POST:
        save_draft(actor=actor, code=code, answers=form.written, now=clock.now())
        return redirect("bundles:ask", code)
    if not form.is_bound and (draft := find_draft(actor, code)):
        form.go_on(draft.answers)
        context["draft"] = draft
    if choosing:
        context |= _offer(actor, form, choosing, services, person)
    if form.is_valid() and (asked := _request(actor, bundle, form)):
        return redirect("bundles:request", asked.number)
    return render(request, "bundles/ask.html", context)


def _items_to_choose_in(bundle: Bundle, services: Mapping[str, PublicService]) -> list[Item]:
    """Items whose form lets one choose among what a register holds of the person."""
    return [
        item
        for item in bundle.items
        if {one.code for one in services[item.code].record_fields} - set(item.answers) and "." not in item.of
    ]


def _offer_people(
    actor: Actor, bundle: Bundle, services: Mapping[str, PublicService], key: str
) -> tuple[dict[str, list[PersonOffer]], bool]:
    """By item that is repeated, whom it can be asked for; and whether a register was silent: the rest goes on."""
    offered, is_silent = {}, False
    for item in bundle.items:
        try:
            offered[item.code] = offer_people(
                actor=actor,
                item=item,
                service=services[item.code],
                idempotency_key=f"{key}-{item.code}"[:LONGEST_KEY],
                now=clock.now(),
            )
        except ExchangeRefusal:
            is_silent = True
    return {code: people for code, people in offered.items() if people}, is_silent


def _for_whom(request: HttpRequest, people: Sequence[Representable]) -> Representable | None:
    if len(people) == 1:
        return people[0]
    return next((one for one in people if one.number == request.POST.get("subject")), None)


def _offer(
    actor: Actor,
    form: BundleForm,
    items: Sequence[Item],
    services: Mapping[str, PublicService],
    person: Representable | None,
) -> dict[str, Any]:
    """Put the records to choose from into the form; or say that the person comes first, or a register is silent."""
    if person is None:
        return {"choosing": CHOOSING}
    key = str(form["idempotency_key"].value())
    for item in items:
        try:
            offers = offer_records(
                actor=actor,
                service=services[item.code],
                subject=person.number,
                idempotency_key=f"{key}-{item.code}"[:64],
                now=clock.now(),
            )
        except ExchangeRefusal:
            return {"is_silent": True}
        form.offer(item.code, offers)
    return {}


def _request(actor: Actor, bundle: Bundle, form: BundleForm) -> BundleRequest | None:
    """The request, or None with the reason in the form."""
    try:
        return request_bundle(
            actor=actor,
            code=bundle.code,
            subject=form.cleaned_data["subject"],
            answers=form.answers,
            left_out=form.left_out,
            people=form.chosen,
            language=reader_language(),
            idempotency_key=form.cleaned_data["idempotency_key"],
            now=clock.now(),
        )
    except AnswersDoNotFit as refusal:
        form.add_answer_errors(refusal.errors)
    except CannotRequestBundle as refusal:
        form.add_error(None, str(refusal))
    return None


def _told(
    bundle: Bundle, services: Mapping[str, PublicService], offered: Mapping[str, Sequence[PersonOffer]]
) -> list[tuple[Item, PublicService, Text]]:
    """What the form leads to: each item's service and the agency that does it."""
    there = [item for item in bundle.items if item.each is None or item.code in offered]
    return [(item, services[item.code], get_agency(services[item.code].agency).title) for item in there]


def _list_results(case: Case) -> list[tuple[Text, str]]:
    """What the case gave, with its labels: a number, a certificate's number."""
    if not case.results:
        return []
    service = get_service_of(case)
    return [(one.label, case.results[one.code]) for one in service.results if one.code in case.results]


@require_safe
def show_request(request: HttpRequest, number: str) -> HttpResponse:
    """Every item and how it stands. While something moves the page asks the browser to look again, without script."""
    actor = access_resident(request)
    try:
        asked = access_request(actor, number)
    except BundleNotFound as absence:
        raise Http404 from absence
    views = list_items(asked)
    rows = [
        {
            "item": view.item,
            "case": view.case,
            "agency": get_agency(view.item.agency_code).title,
            "results": _list_results(view.case) if view.case else [],
        }
        for view in views
    ]
    done = sum(view.is_settled for view in views)
    response = render(request, "bundles/request.html", {"asked": asked, "rows": rows, "done": done})
    if asked.next_look_at and (clock.now() - asked.submitted_at).total_seconds() < 60 * LOOK_AGAIN_SECONDS:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response
