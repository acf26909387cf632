"""Lists of folders before their committee: drawing one up, deciding about it, and what remains of it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_holders
from gapura.sectors.office.actions.destruction import decide_destruction, propose_destruction
from gapura.sectors.office.forms.archive import DestructionForm, VoteForm
from gapura.sectors.office.models import Destruction
from gapura.sectors.office.queries.archive import access_destruction, get_archive_rules, list_due
from gapura.sectors.office.types import ARCHIVIST, CannotArchive, DestructionState, Proposal
from gapura.web.languages import localized

_PAPERS = {"minutes", "certificate"}


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Choose due folders and a committee."""
    actor, today = access_official(request, ARCHIVIST), clock.today(settings.TIME_ZONE)
    terms = list_due(actor, Proposal.DESTROY, today=today)[:200]
    folders = [(term.folder.code, f"{term.folder.code}: {term.folder.title}") for term in terms]
    form = DestructionForm(request.POST if request.method == "POST" else None, folders=folders, members=_posts(actor))
    if form.is_valid():
        given = form.cleaned_data
        try:
            destruction = propose_destruction(
                actor=actor,
                folder_codes=given["folders"],
                member_posts=given["members"],
                reason=given["reason"],
                consent=given["consent"],
                now=clock.now(),
            )
        except CannotArchive as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The committee has been asked. Nothing is destroyed until all have agreed."))
            return redirect("office:destruction", destruction.code)
    return render(
        request, "office/archive/propose.html", {"form": form, "folders": folders, "rules": get_archive_rules()}
    )


def _posts(actor: Actor) -> list[tuple[str, str]]:
    """Posts of the office that somebody else holds today."""
    holders = list_holders(agency_code=actor.agency_code or "", on=clock.today(settings.TIME_ZONE))
    own = [one for one in holders if one.post.office_code == (actor.office_code or "")]
    others = {one.post.code: one.post for one in own if one.person_number != actor.person_number}
    return [(code, f"{localized(post.title)} ({code})") for code, post in sorted(others.items())]


@require_http_methods(["GET", "HEAD", "POST"])
def show_destruction(request: HttpRequest, code: str) -> HttpResponse:
    """The list as the committee sees it; a member decides here."""
    actor = access_official(request)
    destruction = access_destruction(actor, code)
    form = VoteForm(request.POST if request.method == "POST" else None, initial={"listing": destruction.listing})
    if request.method == "POST" and form.is_valid() and _decide(request, actor, destruction, form):
        return redirect("office:destruction", code)
    members = destruction.members.order_by("post_code")
    mine = members.filter(post_code=actor.post_code, agrees__isnull=True).exists()
    context = {
        "destruction": destruction,
        "items": destruction.items.select_related("folder__term").order_by("folder__code"),
        "members": members,
        "form": form,
        "may_decide": mine and destruction.state == DestructionState.PROPOSED,
        "law": get_archive_rules().laws["committee"],
    }
    return render(request, "office/archive/destruction.html", context)


def _decide(request: HttpRequest, actor: Actor, destruction: Destruction, form: VoteForm) -> bool:
    given = form.cleaned_data
    try:
        decide_destruction(
            actor=actor,
            code=destruction.code,
            agrees=given["agrees"] == "yes",
            reason=given["reason"],
            listing=given["listing"],
            now=clock.now(),
        )
    except CannotArchive as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your decision is kept."))
    return True


@require_safe
def send_paper(request: HttpRequest, code: str, paper: str) -> HttpResponse:
    """The minutes or the certificate with the agency's seal over its canonical JSON, as one file."""
    destruction = access_destruction(access_official(request), code)
    content = getattr(destruction, paper, None) if paper in _PAPERS else None
    if content is None:
        raise Http404
    seal = bytes(getattr(destruction, f"{paper}_seal") or b"").hex()
    answer = HttpResponse(canonical_bytes({paper: content, "seal": seal}), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper}-{code}.json"'
    return answer
