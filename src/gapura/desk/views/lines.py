"""Approval lines: one's own, one line with its path, acting on it, and redrawing it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.desk.forms.lines import LineActForm, RouteForm
from gapura.desk.presentation.cases import due_tone_of
from gapura.desk.presentation.lines import (
    SCOPES,
    STATUSES,
    draw_line,
    matter_words,
    present_entry,
)
from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.approvals.actions import act_on_line, read_line, reroute_line, withdraw_line
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries import (
    ApprovalLine,
    access_line,
    find_version,
    get_path,
    get_path_bytes,
    list_acts,
    list_lines,
    list_steps,
    list_versions,
    proposal_of,
)
from gapura.kernel.approvals.types import (
    OPEN_LINES,
    CannotChangeLine,
    CannotDecideApproval,
    LineFilters,
    LineScope,
    LineStatus,
    PathAct,
    PlannedStep,
    StepStatus,
    StepTask,
)
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_agencies
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import access_official, list_posts, list_posts_named, list_units_named, search_posts
from gapura.kernel.identity.types import Post
from gapura.web.languages import localized

SHORTEST_SEARCH = 2


@require_safe
def show_lines(request: HttpRequest) -> HttpResponse:
    """Lines that the official is on, started, may read in their unit, or must acknowledge; the address keeps which."""
    actor = access_official(request)
    scope, status = request.GET.get("which", ""), request.GET.get("status", "")
    filters = LineFilters(
        scope=LineScope(scope) if scope in set(LineScope) else LineScope.ON,
        status=LineStatus(status) if status in set(LineStatus) else None,
    )
    page = list_lines(actor, filters=filters, after=request.GET.get("after"))
    titles = {kind: get_approval_handler(kind).get_title() for kind in {line.kind for line in page.lines}}
    context = {
        "rows": [(line, *STATUSES[LineStatus(line.status)], titles[line.kind]) for line in page.lines],
        "filters": filters,
        "scopes": SCOPES,
        "statuses": [(one.value, words) for one, (words, _tone) in STATUSES.items()],
        "next_page": f"?which={filters.scope}&status={filters.status or ''}&after={page.next}" if page.next else "",
        "is_first": "after" not in request.GET,
    }
    return render(request, "desk/lines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_line(request: HttpRequest, number: str) -> HttpResponse:
    """One line: what lies on it, how it goes, what happened, and what the official may do now."""
    actor = access_official(request)
    line, today = access_line(actor, number), clock.today(settings.TIME_ZONE)
    acts = list_acts(actor, line, on=today)
    if actor.post_code == line.drafter_post and line.status in OPEN_LINES:
        acts.append(PathAct.WITHDRAWN)
    path = get_path(line)
    form = LineActForm(request.POST if request.method == "POST" else None, acts=acts, digest=path[-1].digest)
    if form.is_valid() and _act(request, actor, number, form):
        return redirect("desk:line", number)
    if request.method == "GET":
        read_line(actor=actor, number=number, now=clock.now())
        path = get_path(line)
    return render(request, "desk/line.html", _line_page(actor, line, path) | {"form": form if acts else None})


def _line_page(actor: Actor, line: ApprovalLine, path: Any) -> dict[str, Any]:
    today, steps = clock.today(settings.TIME_ZONE), list_steps(line)
    handler, proposal = get_approval_handler(line.kind), proposal_of(line)
    with scoped(Scope(agency=line.agency_code)):  # who stands on it may be of another agency
        facts = handler.list_facts(proposal)
    status, tone = STATUSES[LineStatus(line.status)]
    mine = actor.post_code == line.drafter_post or any(
        step.status == StepStatus.OPEN and step.acting_post == actor.post_code for step in steps
    )
    return {
        "line": line,
        "kind": handler.get_title(),
        "facts": facts,
        "content_page": handler.get_content(proposal),
        "status": status,
        "tone": tone,
        "due_tone": due_tone_of(line.due_on, today) if line.status == LineStatus.RUNNING else "neutral",
        "matter": matter_words(line.matter),
        "picture": draw_line(line, steps, today=today),
        "entries": [present_entry(entry) for entry in path],
        "versions": list_versions(line),
        "can_reroute": mine and line.status in OPEN_LINES,
    }


def _act(request: HttpRequest, actor: Actor, number: str, form: LineActForm) -> bool:
    """Whether it was done; if not, the form says why."""
    given, now = form.cleaned_data, clock.now()
    act = PathAct(given["act"])
    try:
        if act is PathAct.WITHDRAWN:
            withdraw_line(actor=actor, number=number, opinion=given["opinion"], now=now)
        else:
            act_on_line(
                actor=actor,
                number=number,
                act=act,
                seen_digest=given["digest"],
                opinion=given["opinion"],
                held_until=given.get("held_until"),
                now=now,
            )
    except (CannotDecideApproval, CannotChangeLine) as refusal:
        form.add_error(None, str(refusal))
        return False
    except CannotSealDocument:
        form.add_error(
            None, _("The signature could not be made, so nothing was changed. Tell whoever runs the system.")
        )
        return False
    messages.success(request, _("Done. It stands on the path."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def change_route(request: HttpRequest, number: str) -> HttpResponse:
    """Redraw what is still to come."""
    actor = access_official(request)
    line = access_line(actor, number)
    left = [one for one in list_steps(line) if one.status in (StepStatus.WAITING, StepStatus.OPEN)]
    ahead = [PlannedStep(one.post_code, StepTask(one.task), one.place, one.check_code) for one in left]
    form = route_form(request, actor, ahead, is_sent=request.method == "POST" and "find" not in request.POST)
    if form.is_valid():
        try:
            reroute_line(
                actor=actor, number=number, steps=form.steps, opinion=form.cleaned_data["opinion"], now=clock.now()
            )
        except CannotChangeLine as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The route is changed. It stands on the path."))
            return redirect("desk:line", number)
    return render(request, "desk/line_route.html", {"line": line, "form": form})


def route_form(request: HttpRequest, actor: Actor, steps: list[PlannedStep], *, is_sent: bool) -> RouteForm:
    """The form of a route: as sent, or, while posts of other agencies are looked for, with what was typed so far."""
    search = request.POST.get("search", "").strip() if "find" in request.POST else ""
    found = find_posts_elsewhere(actor, search)
    given = request.POST.dict().items()
    chosen = {code for name, code in given if name.startswith("post_")}
    posts = post_choices(actor, {step.post_code for step in steps} | chosen | {post.code for post in found})
    return RouteForm(
        request.POST if is_sent else None,
        steps=steps,
        posts=posts,
        kept=request.POST.dict() if search else None,
        found=len(found) if search else None,
    )


def find_posts_elsewhere(actor: Actor, words: str) -> list[Post]:
    """Posts of other agencies with these words in their title, unit or agency."""
    if len(words) < SHORTEST_SEARCH:
        return []
    agencies = {agency.code: " ".join(agency.title.values()) for agency in list_agencies()}
    return search_posts(words, but_agency=actor.agency_code or "", agencies=agencies)


def post_choices(actor: Actor, also: set[str]) -> list[tuple[str, str]]:
    """The posts of the official's agency but their own, by title; then those of others that were named, with agency."""
    own = {post.code: post for post in list_posts(agency_code=actor.agency_code or "")}
    titles = {code: localized(post.title) for code, post in own.items() if code != actor.post_code}
    several = {title for title, times in Counter(titles.values()).items() if times > 1}
    choices = [(code, f"{title} ({code})" if title in several else title) for code, title in titles.items()]
    elsewhere = [post for code, post in list_posts_named(also).items() if code not in own]
    return sorted(choices, key=lambda choice: choice[1]) + name_elsewhere(elsewhere)


def name_elsewhere(posts: Sequence[Post]) -> list[tuple[str, str]]:
    """Posts of other agencies with their unit and agency, and nothing of who holds them."""
    units = list_units_named({post.unit_code for post in posts})
    agencies = {agency.code: localized(agency.title) for agency in list_agencies()}
    named = []
    for post in posts:
        places = [localized(units[post.unit_code].title)] if post.unit_code in units else []
        places.append(agencies.get(post.agency_code, post.agency_code))
        named.append((post.code, f"{localized(post.title)} – {', '.join(places)}"))
    return sorted(named, key=lambda choice: choice[1])


@require_safe
def download_path(request: HttpRequest, number: str) -> HttpResponse:
    """The path as it is sealed."""
    line = access_line(access_official(request), number)
    return _file(get_path_bytes(line), "application/json", f"{number}-path.json")


@require_safe
def download_seal(request: HttpRequest, number: str) -> HttpResponse:
    """The agency's seal over the path, for ``openssl cms -verify``."""
    line = access_line(access_official(request), number)
    if line.seal is None:
        raise Http404
    return _file(bytes(line.seal), "application/pkcs7-signature", f"{number}-path.p7s")


@require_safe
def download_version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """The exact bytes of one version."""
    found = find_version(access_line(access_official(request), number), version)
    if found is None:
        raise Http404
    return _file(bytes(found.content), "application/octet-stream", f"{number}-{version}")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)
