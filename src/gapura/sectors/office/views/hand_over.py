"""Handing over everything that is open: the list first, then one act; and what was handed over before."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_posts_of_unit, list_units
from gapura.kernel.identity.types import Post
from gapura.sectors.office.actions.hand_over import acknowledge_hand_over, hand_over
from gapura.sectors.office.actions.work_papers import write_hand_over_paper
from gapura.sectors.office.forms.work import HandOverForm
from gapura.sectors.office.models import HandOver
from gapura.sectors.office.queries.hand_over import (
    PARTS,
    access_hand_over,
    access_source,
    digest_of,
    list_estate,
    list_hand_overs,
)
from gapura.sectors.office.queries.work import list_posts_below, list_units_below
from gapura.sectors.office.types import HandOverReason, OfficeRefusal
from gapura.sectors.office.work_pages import REASONS, post_choices, unit_choices
from gapura.web.languages import localized


@require_http_methods(["GET", "HEAD", "POST"])
def show_hand_over(request: HttpRequest) -> HttpResponse:
    """``?source=`` the post (one's own where none is named), ``?unit=`` whose posts are offered to take it."""
    actor = access_official(request)
    source = access_source(actor, request.GET.get("source") or actor.post_code or "")
    contents = list_estate(source, now=clock.now()).list_contents(is_own=actor.post_code == source.code)
    chosen = request.GET.get("unit") or source.unit_code
    targets = [post for post in list_posts_of_unit(chosen) if post.code != source.code]
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        targets=post_choices(post for post in targets if post.agency_code == source.agency_code),
        initial={"seen": digest_of(f"post:{source.code}", contents)},
    )
    if form.is_valid() and (done := _hand_over(actor, source, form)):
        messages.success(request, _("Everything on the list has changed hands. The receiver sees it in their basket."))
        return redirect("office:handed-over", done.code)
    if form.is_bound:  # the list may be another now; the next confirmation is for this one
        form.data = {**request.POST.dict(), "seen": digest_of(f"post:{source.code}", contents)}
    units = [unit for unit in list_units(agency_code=source.agency_code) if unit.ended_on is None]
    context = {
        "source": source,
        "source_title": localized(source.title),
        "parts": _parts(contents),
        "form": form if contents else None,
        "units": unit_choices(units),
        "chosen": chosen,
        "others": _posts_led(actor),
        "past": [(one, REASONS[one.reason]) for one in list_hand_overs(actor)],
    }
    return render(request, "office/hand_over.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_handed_over(request: HttpRequest, code: str) -> HttpResponse:
    """What was handed over; a post says that the receiver has read it, or makes a document of it."""
    actor = access_official(request)
    if request.POST.get("do") == "write":
        return redirect("office:document", write_hand_over_paper(actor=actor, code=code, now=clock.now()).code)
    if request.method == "POST":
        acknowledge_hand_over(actor=actor, code=code, now=clock.now())
        return redirect("office:handed-over", code)
    done = access_hand_over(actor, code)
    context = {
        "done": done,
        "reason": REASONS[done.reason],
        "parts": _parts(done.contents),
        "may_write": bool(actor.unit_code),
        "is_mine": done.target == f"post:{actor.post_code}",
    }
    return render(request, "office/handed_over.html", context)


def _hand_over(actor: Actor, source: Post, form: HandOverForm) -> HandOver | None:
    given = form.cleaned_data
    try:
        return hand_over(
            actor=actor,
            source_post=source.code,
            target_post=given["target_post"],
            reason=HandOverReason(given["reason"]),
            note=given["note"],
            seen=given["seen"],
            now=clock.now(),
        )
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _parts(contents: list[dict[str, list[list[str]]]]) -> list[tuple[str, list[list[str]]]]:
    return [(_(PARTS[str(part["code"])]), part["lines"]) for part in contents]


def _posts_led(actor: Actor) -> list[tuple[str, str]]:
    """The posts whose work the official may hand over besides their own: those of the units directly led."""
    units = [unit.code for unit in list_units_below(actor)][:20]
    return [choice for unit in units for choice in post_choices(list_posts_below(actor, unit))]
