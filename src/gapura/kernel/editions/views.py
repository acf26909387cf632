"""The desk at which services are written."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import list_running_cases
from gapura.kernel.catalogue.queries import (
    describe_needs,
    get_agency,
    get_limit,
    list_services,
    list_versions,
    take_up_editions,
)
from gapura.kernel.editions.actions import discard_draft, propose_edition, propose_end, save_draft, start_draft
from gapura.kernel.editions.forms import EndForm, PreviewForm, StartForm, TextForm
from gapura.kernel.editions.models import ServiceEdition
from gapura.kernel.editions.permissions import can_edit
from gapura.kernel.editions.presentation import list_mistakes, list_parts, status_words
from gapura.kernel.editions.queries import (
    access_edition,
    find_owner,
    judge,
    list_editions,
    list_own_services,
    text_before,
)
from gapura.kernel.editions.rules import differences
from gapura.kernel.editions.types import AUTHORITY, EDITOR, CannotEdit
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied

_PAGES: Mapping[str, str] = {"service": "editions/preview_service.html", "form": "editions/preview_form.html"}


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """The agency's services, and every edition on its way or adopted."""
    actor, today = access_official(request, EDITOR, AUTHORITY), _today()
    take_up_editions()
    context = {
        "services": list_own_services(actor, on=today),
        "editions": [(one, *status_words(one, today)) for one in list_editions(actor)],
        "may_edit": EDITOR in actor.roles,
    }
    return render(request, "editions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A draft of a service that is there, or of a new one."""
    actor = access_official(request, EDITOR)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        services=list_services(on=_today()),
        code=request.GET.get("service", ""),
    )
    if form.is_valid():
        try:
            draft = start_draft(actor=actor, now=clock.now(), **form.cleaned_data)
        except CannotEdit as refusal:
            form.add_error(None, str(refusal))
        except AccessDenied:
            form.add_error("service_code", _("Another agency owns the service with this code."))
        else:
            return redirect("editions:edition", draft.number)
    return render(request, "editions/start.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """The text with its mistakes, its parts and what it changes; saved, proposed or thrown away from here."""
    actor = access_official(request, EDITOR, AUTHORITY)
    edition = access_edition(actor, number)
    is_own = edition.is_draft and can_edit(actor, edition.agency_code)
    if request.method != "POST":
        return _show(request, actor, edition, _text_form(edition) if is_own else None)
    form = TextForm(request.POST)
    if form.is_valid():
        try:
            return _carry_out(request, actor, edition, form)
        except CannotEdit as refusal:
            form.add_error(None, str(refusal))
    edition.text = form.data.get("text", "")
    return _show(request, actor, edition, form)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, number: str, page: str) -> HttpResponse:
    """The page of the service, or its form, as people would see it on a telephone, in any of the languages.

    What is typed into the form goes nowhere.
    """
    edition = access_edition(access_official(request, EDITOR, AUTHORITY), number)
    if page not in _PAGES or edition.ends_service:
        raise Http404
    service = judge(edition, today=date.min).service
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    context = {"edition": edition, "page": page, "shown_in": language, "is_sent": request.method == "POST"}
    if service is None:
        return render(request, "editions/no_preview.html", context)
    with override(language):
        context |= {"service": service, "agency": get_agency(service.agency)}
        context |= {"needs": describe_needs(service)} if page == "service" else {"form": PreviewForm(service)}
        return render(request, _PAGES[page], {"needs": []} | context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that a service ends, after due notice."""
    actor, today = access_official(request, EDITOR), _today()
    if not can_edit(actor, find_owner(code) or ""):
        raise AccessDenied
    earliest = today + timedelta(days=get_limit("service_withdrawal_days"))
    form = EndForm(request.POST if request.method == "POST" else None, earliest=earliest)
    if form.is_valid():
        try:
            edition = propose_end(actor=actor, service_code=code, now=clock.now(), **form.cleaned_data)
        except CannotEdit as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Proposed. A colleague decides next, then the authority."))
            return redirect("editions:edition", edition.number)
    context = {
        "form": form,
        "service": list_versions(code)[-1],
        "earliest": earliest,
        "open_cases": len(list_running_cases([code])),
    }
    return render(request, "editions/end.html", context)


def _carry_out(request: HttpRequest, actor: Actor, edition: ServiceEdition, form: TextForm) -> HttpResponse:
    now, wanted = clock.now(), request.POST.get("action", "save")
    if wanted == "discard":
        discard_draft(actor=actor, number=edition.number, now=now)
        messages.success(request, _("The draft is discarded."))
        return redirect("editions:list")
    save_draft(actor=actor, number=edition.number, now=now, **form.cleaned_data)
    if wanted == "propose":
        try:
            propose_edition(actor=actor, number=edition.number, now=now)
            messages.success(request, _("Proposed. A colleague decides next, then the authority."))
        except CannotEdit as refusal:
            messages.warning(request, str(refusal))
    return redirect("editions:edition", edition.number)


def _show(request: HttpRequest, actor: Actor, edition: ServiceEdition, form: TextForm | None) -> HttpResponse:
    today = _today()
    judgment = None if edition.ends_service else judge(edition, today=today if edition.is_draft else date.min)
    context: dict[str, Any] = {
        "edition": edition,
        "form": form,
        "status": status_words(edition, today),
        "agency": get_agency(edition.agency_code),
        "authority": get_agency(edition.authority_code),
        "mistakes": list_mistakes(judgment, edition.text) if judgment else [],
        "parts": list_parts(judgment.service) if judgment and judgment.service else [],
        "outline": judgment.outline if judgment else (),
        "changes": [] if edition.ends_service else list(differences(text_before(edition), edition.text)),
        "open_cases": len(list_running_cases([edition.service_code])) if can_edit(actor, edition.agency_code) else 0,
    }
    return render(request, "editions/edition.html", context)


def _text_form(edition: ServiceEdition) -> TextForm:
    return TextForm(
        None,
        initial={"text": edition.text, "reason": edition.reason, "revision": edition.revision},
    )


def _today() -> date:
    return clock.today(settings.TIME_ZONE)
