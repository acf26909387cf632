"""Sending a document off: the route as the country's table draws it, altered by who drafted."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.approvals.queries import list_checks, plan_line
from gapura.kernel.approvals.types import CannotChangeLine, PlannedStep
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_agencies
from gapura.kernel.identity.queries import access_official, list_posts, list_posts_named, list_units_named, search_posts
from gapura.kernel.identity.types import Post
from gapura.sectors.office.actions.submitting import require_class, require_whole, submit_draft
from gapura.sectors.office.forms.drafts import DISCLOSURES, ParticularsForm
from gapura.sectors.office.forms.sending import RouteForm
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.public_terms import get_disclosure_terms
from gapura.sectors.office.queries import access_draft
from gapura.sectors.office.queries.weights import Weight, weigh_letter
from gapura.sectors.office.types import CannotDisclose, CannotDraft, Direction, Disclosure, DocumentStatus
from gapura.web.languages import localized

_SPARE_ROWS = 3
_SHORTEST_SEARCH = 2


@require_http_methods(["GET", "HEAD", "POST"])
def send_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Who reads, checks and approves it; after a return only what was changed is said."""
    actor = access_official(request)
    document = access_draft(actor, code)
    is_again = document.status == DocumentStatus.ON_LINE
    planned, why_not = ([], "") if is_again else _plan(actor, document)
    form = _route_form(request, actor, planned, is_again=is_again)
    if form.is_valid() and _send(actor, document, form):
        messages.success(request, _("It is on its way. Nobody writes in it until it is recalled or returned."))
        return redirect("office:document", code)
    context = {
        "document": document,
        "form": form,
        "is_again": is_again,
        "why_not": why_not,
        "missing": _missing(document),
        "weight": weigh_letter(document) if document.direction == Direction.OUTGOING else Weight(fits=True),
        **_class_of(document),
    }
    return render(request, "office/draft_send.html", context)


def _route_form(request: HttpRequest, actor: Actor, planned: list[PlannedStep], *, is_again: bool) -> RouteForm:
    """As sent, or, while posts of other agencies are looked for, with what was typed so far."""
    is_search = "find" in request.POST
    search = request.POST.get("search", "").strip() if is_search else ""
    found = _find_elsewhere(actor, search)
    given = request.POST.dict().items()
    chosen = [code for name, code in given if name.startswith("post-")]
    own = [(post.code, localized(post.title)) for post in list_posts(agency_code=actor.agency_code or "")]
    named = {post.code: post for post in [*list_posts_named(chosen).values(), *found]}
    elsewhere = [post for post in named.values() if post.agency_code != actor.agency_code]
    return RouteForm(
        request.POST if request.method == "POST" and not is_search else None,
        rows=0 if is_again else len(planned) + _SPARE_ROWS,
        planned=planned,
        posts=[*own, *_name_elsewhere(elsewhere)],
        checks=[(one.code, localized(one.title)) for one in list_checks().values()],
        kept=request.POST.dict() if is_search else None,
        found=len(found) if is_search else None,
    )


def _find_elsewhere(actor: Actor, words: str) -> list[Post]:
    if len(words) < _SHORTEST_SEARCH:
        return []
    agencies = {agency.code: " ".join(agency.title.values()) for agency in list_agencies()}
    return search_posts(words, but_agency=actor.agency_code or "", agencies=agencies)


def _name_elsewhere(posts: list[Post]) -> list[tuple[str, str]]:
    """Posts with their unit and agency, and nothing of who holds them."""
    units = list_units_named({post.unit_code for post in posts})
    agencies = {agency.code: localized(agency.title) for agency in list_agencies()}
    named = []
    for post in posts:
        places = [localized(units[post.unit_code].title)] if post.unit_code in units else []
        places.append(agencies.get(post.agency_code, post.agency_code))
        named.append((post.code, f"{localized(post.title)} – {', '.join(places)}"))
    return sorted(named, key=lambda choice: choice[1])


def _plan(actor: Actor, document: OfficialDocument) -> tuple[list[PlannedStep], str]:
    try:
        return plan_line(drafter_post=actor.post_code or "", matter=get_paper(document.form).matter), ""
    except CannotChangeLine as refusal:
        return [], str(refusal)


def _class_of(document: OfficialDocument) -> dict[str, Any]:
    """What the public may read of it, on which ground, until when; and what is missing there."""
    ground = get_disclosure_terms().grounds.get(document.disclosure_ground)
    words = f"{ground.article}: {localized(ground.title)}" if ground else _("no ground")
    fields: Any = ParticularsForm.base_fields
    is_open = document.disclosure == Disclosure.OPEN
    missing = None
    try:
        require_class(document, today=clock.today(settings.TIME_ZONE))
    except CannotDisclose as refusal:
        missing = (fields[refusal.field or "disclosure"].label, str(refusal))
    return {
        "disclosure": [
            (fields["disclosure"].label, DISCLOSURES[Disclosure(document.disclosure)]),
            (fields["ground"].label, "" if is_open else words),
            (fields["closed_until"].label, document.closed_until),
        ],
        "class_missing": missing,
    }


def _missing(document: OfficialDocument) -> str:
    try:
        require_whole(document)
    except CannotDraft as refusal:
        return str(refusal)
    return ""


def _send(actor: Actor, document: OfficialDocument, form: Any) -> bool:
    try:
        submit_draft(
            actor=actor,
            code=document.code,
            steps=form.steps(),
            note=form.cleaned_data["note"],
            now=clock.now(),
        )
    except (CannotDraft, CannotDisclose, CannotChangeLine) as refusal:
        form.add_error(None, str(refusal))
    return not form.errors
