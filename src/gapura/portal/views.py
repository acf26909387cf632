"""Pages across sectors. They read what the kernel owns and hold no rule of their own."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.bundles.queries import list_bundles_for, list_requests
from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.cases.actions import access_paper
from gapura.kernel.cases.queries import list_cases_of, list_papers
from gapura.kernel.catalogue.queries import (
    list_life_events,
    list_services,
    list_services_for,
    search_services,
)
from gapura.kernel.documents.actions import count_use
from gapura.kernel.documents.queries import get_content
from gapura.kernel.documents.types import UseKind
from gapura.kernel.exchange.queries import count_accesses_by_month, list_accesses_to
from gapura.kernel.identity.queries import access_resident, find_actor, get_actor
from gapura.kernel.notifications.actions import mark_read
from gapura.kernel.notifications.queries import access_message, count_unread, list_messages
from gapura.kernel.wallet.queries import get_paper_states
from gapura.portal.kiosk import is_kiosk
from gapura.portal.presentation import group_looks, list_months, name_month
from gapura.web.languages import reader_language

CASES_ON_HOME = 3
CASES_ON_A_PAGE = 20
ACCESSES_ON_A_PAGE = 20
MESSAGES_ON_A_PAGE = 30


def _today() -> date:
    return clock.today(settings.TIME_ZONE)


def _find_resident(request: HttpRequest) -> Actor | None:
    actor = find_actor(request)
    return actor if actor and actor.kind is ActorKind.RESIDENT and actor.person_number else None


def _number_in(parameters: Mapping[str, str], name: str) -> int | None:
    """A cursor from the address; anything else than a number is no cursor."""
    text = parameters.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    resident = _find_resident(request)
    mine = {}
    if resident and resident.person_number:
        mine = {
            "cases": list_cases_of(resident, on=_today(), limit=CASES_ON_HOME),
            "unread": 0 if resident.principal else count_unread(resident.person_number),
            "bundles": [] if resident.principal else list_requests(resident.person_number, limit=CASES_ON_HOME),
        }
    return render(
        request,
        "portal/home.html",
        {"life_events": list_life_events(), "services": list_services(on=_today()), "mine": mine},
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What fits the words; without words everything there is."""
    text = request.GET.get("q", "").strip()[:100]
    on = _today()
    found = search_services(text, language=reader_language(), on=on) if text else list_services(on=on)
    context = {"search_text": text, "services": found, "life_events": list_life_events()}
    return render(request, "portal/search.html", context)


@require_safe
def show_life_event(request: HttpRequest, code: str) -> HttpResponse:
    life_event = next((event for event in list_life_events() if event.code == code), None)
    if life_event is None:
        raise Http404
    services = list_services_for(code, on=_today())
    context = {
        "life_event": life_event,
        "services": services,
        "bundles": list_bundles_for(code, on=_today()),
    }
    return render(request, "portal/life_event.html", context)


@require_safe
def show_cases(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    before = _number_in(request.GET, "before")
    cases = list_cases_of(actor, on=_today(), before=before, limit=CASES_ON_A_PAGE + 1)
    context = {"cases": cases[:CASES_ON_A_PAGE], "has_older": len(cases) > CASES_ON_A_PAGE, "before": before}
    return render(request, "portal/cases.html", context)


@require_safe
def show_documents(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    documents = list_papers(actor, on=_today())
    context = {"documents": documents, "states": get_paper_states(documents, now=clock.now())}
    return render(request, "portal/documents.html", context)


@require_safe
def download_document(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed bytes, exactly as stored."""
    document = access_paper(actor=get_actor(request), code=code, now=clock.now())
    count_use(code=document.code, how=UseKind.DOWNLOAD, now=clock.now())
    shown = "inline" if is_kiosk(request) else "attachment"  # a terminal prints it and keeps no file
    headers = {"Content-Disposition": f'{shown}; filename="{document.service_code}-{document.code}.pdf"'}
    return HttpResponse(get_content(document), content_type="application/pdf", headers=headers)


@require_safe
def show_my_data(request: HttpRequest) -> HttpResponse:
    """Every look at the person's data, and how many there were in each of the last months."""
    person_number = str(access_resident(request).person_number)
    now, before = clock.now(), _number_in(request.GET, "before")
    accesses = list_accesses_to(person_number, now=now, before=before, limit=ACCESSES_ON_A_PAGE + 1)
    months = list_months(_today())
    counts = count_accesses_by_month(person_number, now=now, since=months[0])
    context = {
        "looks": group_looks(accesses[:ACCESSES_ON_A_PAGE]),
        "older": accesses[ACCESSES_ON_A_PAGE - 1].pk if len(accesses) > ACCESSES_ON_A_PAGE else None,
        "before": before,
        "months": [(name_month(month), counts.get(month, 0)) for month in months],
    }
    return render(request, "portal/my_data.html", context)


@require_safe
def show_messages(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    before = _number_in(request.GET, "before")
    messages = list_messages(str(actor.person_number), before=before, limit=MESSAGES_ON_A_PAGE + 1)
    context = {
        "inbox": messages[:MESSAGES_ON_A_PAGE],
        "has_older": len(messages) > MESSAGES_ON_A_PAGE,
        "before": before,
    }
    return render(request, "portal/messages.html", context)


@require_safe
def show_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Opening a message is reading it."""
    actor = access_resident(request)
    message = access_message(actor, message_id)
    if message.read_at is None:
        mark_read(actor=actor, message_id=message_id, now=clock.now())
    return render(request, "portal/message.html", {"message": message})


@require_safe
def show_text(request: HttpRequest, template: str) -> HttpResponse:
    """Help, about, privacy, accessibility: words only."""
    return render(request, template)
