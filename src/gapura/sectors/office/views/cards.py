"""Task cards: the department box, one card, and what is changed on it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, get_unit
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.cards import (
    change_card,
    close_card,
    link_to_card,
    mark_milestone,
    open_card,
    plan_milestone,
)
from gapura.sectors.office.forms.work import CardForm, CloseCardForm, LinkForm, MilestoneForm
from gapura.sectors.office.models import TaskCard
from gapura.sectors.office.queries import list_unit_tasks
from gapura.sectors.office.queries.cards import (
    access_card,
    count_cards,
    get_progress,
    list_cards,
    may_change_card,
)
from gapura.sectors.office.queries.documents import own_units
from gapura.sectors.office.queries.instructions import list_instructions_from
from gapura.sectors.office.queries.references import describe_references
from gapura.sectors.office.queries.work import can_instruct, leads, list_colleagues, list_units_below
from gapura.sectors.office.types import CardAct, CardState, CardWords, OfficeRefusal
from gapura.sectors.office.work_pages import (
    card_mark,
    name_posts,
    post_choices,
    present_entry,
    present_plan,
    unit_choices,
)
from gapura.web.languages import localized
from gapura.web.tables import as_csv_file

ROWS = 200
_WORDS = ("title", "task_code", "begins_on", "due_on", "results", "quality", "publicity", "customers")


def today() -> date:
    return clock.today(settings.TIME_ZONE)


@require_safe
def show_cards(request: HttpRequest) -> HttpResponse:
    """The department box: the unit's cards by state, and those of the units below."""
    actor = access_official(request)
    chosen, state, mine = _filters(request)
    owner = (actor.post_code or "") if mine else ""
    cards = list_cards(actor, unit_code=chosen, state=state, owner_post=owner, today=today(), limit=ROWS)
    names = name_posts(card.owner_post for card in cards)
    rows = [
        (card, card_mark(card, today()), get_progress(card, today=today()), names[card.owner_post]) for card in cards
    ]
    context = {
        "rows": rows,
        "counts": count_cards(actor, unit_code=chosen, owner_post=owner, today=today()),
        "units": _unit_filter(actor),
        "chosen": chosen,
        "state": state,
        "mine": mine,
        "query": request.GET.urlencode(),
        "may_open": bool(actor.unit_code),
    }
    return render(request, "office/cards.html", context)


@require_safe
def send_cards(request: HttpRequest) -> HttpResponse:
    """The same cards for a spreadsheet."""
    actor = access_official(request)
    chosen, state, mine = _filters(request)
    owner = (actor.post_code or "") if mine else ""
    cards = list_cards(actor, unit_code=chosen, state=state, owner_post=owner, today=today())
    headings = ("code", "unit", "task", "title", "owner", "state", "begins", "ends", "milestones", "done", "late")
    rows = []
    for card in cards:
        progress = get_progress(card, today=today())
        plan = (progress.planned, progress.done, progress.late)
        facts = (card.code, card.unit_code, card.task_code, card.title, card.owner_post, card.state)
        rows.append((*facts, card.begins_on, card.due_on, *plan))
    return as_csv_file("task-cards", headings, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def add_card(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    if not actor.unit_code:
        raise AccessDenied
    initial = {"owner_post": actor.post_code, "begins_on": today()}
    form = _card_form(request, actor, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        card = _attempt(
            form, lambda: open_card(actor=actor, words=_words(form), owner_post=given["owner_post"], now=clock.now())
        )
        if card is not None:
            return redirect("office:card", card.code)
    return render(request, "office/card_form.html", {"form": form, "card": None})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_card(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request)
    card = access_card(actor, code)
    if not may_change_card(actor, card):
        raise AccessDenied
    initial = {name: getattr(card, name) for name in (*_WORDS, "owner_post", "revision")}
    form = _card_form(request, actor, initial=initial, owner=card.owner_post)
    if form.is_valid():
        given = form.cleaned_data
        changed = _attempt(
            form,
            lambda: change_card(
                actor=actor,
                code=code,
                revision=given["revision"] or 0,
                words=_words(form),
                owner_post=given["owner_post"],
                now=clock.now(),
            ),
        )
        if changed is not None:
            return redirect("office:card", code)
    return render(request, "office/card_form.html", {"form": form, "card": card})


@require_http_methods(["GET", "HEAD", "POST"])
def show_card(request: HttpRequest, code: str) -> HttpResponse:
    """One card with its plan, links and history; a post carries out what its ``do`` says."""
    actor = access_official(request)
    card = access_card(actor, code)
    forms_of_page = {
        "plan": MilestoneForm(),
        "link": LinkForm(),
        "close": CloseCardForm(initial={"revision": card.revision}),
    }
    if request.method == "POST" and _carry_out(request, actor, code, forms_of_page):
        return redirect("office:card", code)
    return render(request, "office/card.html", _present(actor, card) | {"forms": forms_of_page})


def _present(actor: Actor, card: TaskCard) -> dict[str, Any]:
    is_open = card.state == CardState.OPEN
    refs = list(card.links.order_by("pk").values_list("object_ref", flat=True))
    task = next((one for one in list_unit_tasks() if one.code == card.task_code), None)
    return {
        "card": card,
        "standing": card_mark(card, today()),
        "task": f"{card.task_code} {localized(task.title)}" if task else card.task_code,
        "unit": localized(get_unit(card.unit_code).title),
        "owner": name_posts([card.owner_post])[card.owner_post],
        "plan": present_plan(card, today=today()),
        "progress": get_progress(card, today=today()),
        "links": describe_references(actor, refs),
        "instructions": list_instructions_from(actor, f"card:{card.code}"),
        "history": [present_entry(entry) for entry in card.entries.order_by("number")],
        "may_change": is_open and may_change_card(actor, card),
        "may_instruct": is_open and leads(actor, card.unit_code),
    }


def _carry_out(request: HttpRequest, actor: Actor, code: str, shown: dict[str, forms.Form]) -> bool:
    """Whether it was done; otherwise the form in ``shown`` or a message says why not."""
    do, now = request.POST.get("do", ""), clock.now()
    if do in (CardAct.REACHED, CardAct.UNREACHED, CardAct.UNPLANNED):
        marked = request.POST.get("milestone", "")
        _tell(request, lambda: mark_milestone(actor=actor, code=marked, act=CardAct(do), on=today(), now=now))
        return True
    kinds: dict[str, type[forms.Form]] = {"plan": MilestoneForm, "link": LinkForm, "close": CloseCardForm}
    if do not in kinds:
        return True
    form = shown[do] = kinds[do](request.POST)
    if not form.is_valid():
        return False
    given = form.cleaned_data
    acts: dict[str, Callable[[], object]] = {
        "plan": lambda: plan_milestone(actor=actor, code=code, title=given["title"], due_on=given["due_on"], now=now),
        "link": lambda: link_to_card(actor=actor, code=code, ref=f"{given['kind']}:{given['code'].strip()}", now=now),
        "close": lambda: close_card(
            actor=actor,
            code=code,
            revision=given["revision"],
            outcome=given["outcome"],
            state=CardState(given["state"]),
            now=now,
        ),
    }
    try:
        acts[do]()
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    except AccessDenied:
        if do != "link":
            raise
        form.add_error("code", _("There is nothing with this code that you may read. Copy it from its page."))
        return False
    return True


def _tell(request: HttpRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except OfficeRefusal as refusal:
        messages.error(request, str(refusal))


def _attempt(form: forms.Form, act: Callable[[], TaskCard]) -> TaskCard | None:
    try:
        return act()
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _card_form(request: HttpRequest, actor: Actor, *, initial: dict[str, Any], owner: str = "") -> CardForm:
    tasks = [
        (one.code, f"{one.code} {localized(one.title)}") for one in list_unit_tasks(agency_code=actor.agency_code or "")
    ]
    posts = (
        [one for one in list_colleagues(actor, actor.unit_code) if can_instruct(actor, one)] if actor.unit_code else []
    )
    own = name_posts({actor.post_code or "", owner} - {""})
    owners = [*own.items(), *(choice for choice in post_choices(posts) if choice[0] not in own)]
    return CardForm(
        request.POST if request.method == "POST" else None,
        tasks=[("", _("choose")), *tasks],
        owners=owners,
        initial=initial,
    )


def _words(form: CardForm) -> CardWords:
    return CardWords(**{name: form.cleaned_data[name] for name in _WORDS})


def _filters(request: HttpRequest) -> tuple[str, str, bool]:
    return request.GET.get("unit", ""), request.GET.get("state", ""), request.GET.get("mine") == "yes"


def _unit_filter(actor: Actor) -> list[tuple[str, str]]:
    """Units to choose from: one's own and those below."""
    units = {unit.code: unit for unit in list_units_below(actor)}
    if actor.unit_code:
        units.setdefault(actor.unit_code, get_unit(actor.unit_code))
    merged = set(own_units(actor)) - {actor.unit_code}
    return unit_choices(unit for code, unit in sorted(units.items()) if code not in merged)
