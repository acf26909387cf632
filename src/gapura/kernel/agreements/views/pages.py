"""Lists: at the desk for the three sides, and the public register."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.kernel.agreements.odrl import write_register
from gapura.kernel.agreements.presentation import (
    agency_title,
    list_field_choices,
    list_question_choices,
    post_titles,
    standing_words,
    status_words,
    type_title,
)
from gapura.kernel.agreements.queries import list_agreements_of, list_askers, list_register, list_requests
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER
from gapura.kernel.identity.queries import access_official
from gapura.web.tables import as_csv_file

WORDS = {
    "agency_title": agency_title,
    "type_title": type_title,
    "post_titles": post_titles,
    "list_field_choices": list_field_choices,
    "list_question_choices": list_question_choices,
    "standing_words": standing_words,
    "status_words": status_words,
}


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """Requests that wait, agreements that stand, and what was decided lately."""
    actor, today = access_official(request, APPLICANT, HOLDER, AUTHORITY), clock.today(settings.TIME_ZONE)
    context = WORDS | {
        "waiting": list_requests(actor, is_open=True),
        "closed": list_requests(actor, is_open=False, limit=20),
        "views": list_agreements_of(actor, on=today),
        "may_request": APPLICANT in actor.roles,
        "sees_askers": not actor.roles.isdisjoint({HOLDER, AUTHORITY}),
        "today": today,
    }
    return render(request, "agreements/list.html", context)


@require_safe
def download_list(request: HttpRequest) -> HttpResponse:
    """The agreements of the list for a spreadsheet."""
    actor, today = access_official(request, APPLICANT, HOLDER, AUTHORITY), clock.today(settings.TIME_ZONE)
    rows = [
        (
            view.agreement.code,
            view.agreement.consumer,
            view.parties.holder,
            view.agreement.evidence_type,
            " ".join(view.agreement.fields),
            " ".join(view.agreement.questions),
            " ".join(view.agreement.posts),
            view.agreement.legal_ground,
            view.agreement.valid_from,
            view.agreement.valid_until or "",
            view.standing,
        )
        for view in list_agreements_of(actor, on=today)
    ]
    names = ("code", "consumer", "holder", "evidence_type", "fields", "questions", "posts", "legal_ground")
    return as_csv_file(f"agreements-{today}", (*names, "from", "until", "standing"), rows)


@require_safe
def show_askers(request: HttpRequest) -> HttpResponse:
    """Who asks us for what, and how much this month."""
    actor, today = access_official(request, HOLDER, AUTHORITY), clock.today(settings.TIME_ZONE)
    context = WORDS | {"rows": list_askers(actor, on=today), "today": today}
    return render(request, "agreements/askers.html", context)


@require_safe
def show_register(request: HttpRequest) -> HttpResponse:
    """Which agency may ask which for what: for everybody."""
    views = list_register(on=clock.today(settings.TIME_ZONE))
    return render(request, "agreements/register.html", WORDS | {"views": views})


@require_safe
def export_register(request: HttpRequest) -> HttpResponse:
    """The same as ODRL in JSON-LD."""
    views = list_register(on=clock.today(settings.TIME_ZONE))
    return JsonResponse(write_register(views), content_type="application/ld+json")
