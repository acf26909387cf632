"""Opening, planning, changing and closing task cards. Every change stands in the card's history."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import get_post
from gapura.kernel.identity.types import AccessDenied, Post, UnknownPost
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.models import CardEntry, CardLink, Milestone, TaskCard
from gapura.sectors.office.queries import find_unit_task
from gapura.sectors.office.queries.cards import access_own_card, list_plan
from gapura.sectors.office.queries.documents import own_units
from gapura.sectors.office.queries.references import access_reference
from gapura.sectors.office.queries.work import label_of, leads
from gapura.sectors.office.types import CannotChangeCard, CardAct, CardState, CardWords
from gapura.sectors.office.work import get_work_rules

MILESTONE = "office.milestone"
_PARTS = ("title", "task_code", "results", "quality", "publicity", "customers", "begins_on", "due_on")


def open_card(*, actor: Actor, words: CardWords, owner_post: str = "", now: datetime) -> TaskCard:
    """A new card of the owner's unit; the owner is the official themself unless they lead and name another.

    Raises AccessDenied, CannotChangeCard.
    """
    if actor.kind is not ActorKind.OFFICIAL or not actor.unit_code:
        raise AccessDenied
    owner = _get_owner(actor, owner_post or actor.post_code or "")
    _check(words)
    with transaction.atomic():
        card = TaskCard.objects.create(
            code=new_code(11),
            agency_code=actor.agency_code or "",
            office_code=actor.office_code or "",
            unit_code=owner.unit_code,
            owner_post=owner.code,
            owner_label=label_of(owner),
            opened_by_label=actor.label,
            opened_by_person=actor.person_number or "",
            opened_at=now,
            changed_at=now,
            **{part: getattr(words, part) for part in _PARTS},
        )
        _write(card, CardAct.OPENED, actor, now, {"owner": owner.code})
        record_event(actor=actor, action="office.card_opened", object_ref=f"card:{card.code}")
    return card


def change_card(
    *, actor: Actor, code: str, revision: int, words: CardWords, owner_post: str = "", now: datetime
) -> TaskCard:
    """Change words, term or owner. ``revision`` is that of the card the official saw.

    Raises AccessDenied; CannotChangeCard when it is closed, or somebody changed it meanwhile.
    """
    with transaction.atomic():
        card = _access_open(actor, code, revision)
        _check(words)
        changes = _differences(card, words)
        if any(one.due_on > words.due_on for one in list_plan(card)):
            raise CannotChangeCard(_("A milestone is due after the new end. Move or remove it first."))
        for part in _PARTS:
            setattr(card, part, getattr(words, part))
        if owner_post and owner_post != card.owner_post:
            owner = _get_owner(actor, owner_post)
            changes["owner"] = [card.owner_post, owner.code]
            give_card(card, owner, now=now)
        if changes:
            _write(card, CardAct.CHANGED, actor, now, changes)
            record_event(
                actor=actor,
                action="office.card_changed",
                object_ref=f"card:{card.code}",
                detail={"parts": sorted(changes)},
            )
    return card


def plan_milestone(*, actor: Actor, code: str, title: str, due_on: date, now: datetime) -> Milestone:
    """Add a milestone to the plan; it waits in the owner's basket. Raises AccessDenied, CannotChangeCard."""
    with transaction.atomic():
        card = _access_open(actor, code)
        if not card.begins_on <= due_on <= card.due_on:
            raise CannotChangeCard(_("A milestone lies between the begin and the end of its card. Choose such a day."))
        milestone = Milestone.objects.create(card=card, code=new_code(11), title=title, due_on=due_on)
        _open_milestone(card, milestone, now)
        _write(card, CardAct.PLANNED, actor, now, _tell(milestone))
        record_event(actor=actor, action="office.milestone_planned", object_ref=f"card:{card.code}")
    return milestone


def mark_milestone(*, actor: Actor, code: str, act: CardAct, on: date, now: datetime) -> Milestone:
    """``act``: REACHED, UNREACHED (it was not, after all), or UNPLANNED (it is no part of the plan any more).

    What stands so already stays as it is. Raises AccessDenied, CannotChangeCard.
    """
    found = Milestone.objects.select_related("card").filter(code=code).first()
    if found is None:
        raise AccessDenied
    with transaction.atomic():
        card = _access_open(actor, found.card.code)
        milestone = Milestone.objects.get(pk=found.pk)
        if not _mark(milestone, act, on, actor.label):
            return milestone
        if act is CardAct.UNREACHED:
            _open_milestone(card, milestone, now)
        else:
            close_work(kind=MILESTONE, object_ref=f"milestone:{milestone.code}", now=now)
        _write(card, act, actor, now, _tell(milestone))
        record_event(actor=actor, action=f"office.milestone_{act.value}", object_ref=f"card:{card.code}")
    return milestone


def link_to_card(*, actor: Actor, code: str, ref: str, now: datetime) -> None:
    """Let the card point at something the official may read; twice is as once. Raises AccessDenied."""
    reference = access_reference(actor, ref)
    with transaction.atomic():
        card = _access_open(actor, code)
        known = {"added_by_label": actor.label, "added_at": now}
        _link, is_new = CardLink.objects.get_or_create(card=card, object_ref=reference.ref, defaults=known)
        if is_new:
            _write(card, CardAct.LINKED, actor, now, {"ref": ref})
            record_event(actor=actor, action="office.card_linked", object_ref=f"card:{card.code}", detail={"to": ref})


def close_card(
    *, actor: Actor, code: str, revision: int, outcome: str, state: CardState = CardState.DONE, now: datetime
) -> TaskCard:
    """End the card with what came of it. Milestones that were not reached stay so, and wait no more.

    Raises AccessDenied; CannotChangeCard without words, or when somebody changed it meanwhile.
    """
    if not outcome.strip() or state is CardState.OPEN:
        raise CannotChangeCard(_("Say in a few words what came of the task; it is the card's result."))
    with transaction.atomic():
        card = _access_open(actor, code, revision)
        for milestone in list_plan(card):
            close_work(kind=MILESTONE, object_ref=f"milestone:{milestone.code}", now=now)
        card.state, card.outcome, card.closed_at = state.value, outcome.strip(), now
        _write(card, CardAct.CLOSED, actor, now, {"state": state.value}, words=card.outcome)
        record_event(
            actor=actor,
            action="office.card_closed",
            object_ref=f"card:{card.code}",
            detail={"state": state.value},
        )
    return card


def give_card(card: TaskCard, owner: Post, *, now: datetime) -> None:
    """Make the post the owner of a locked card, with the milestones that wait; the caller writes the history."""
    card.owner_post, card.owner_label = owner.code, label_of(owner)
    for milestone in list_plan(card):
        if milestone.done_on is None:
            close_work(kind=MILESTONE, object_ref=f"milestone:{milestone.code}", now=now)
            _open_milestone(card, milestone, now)


def write_card_entry(card: TaskCard, act: CardAct, actor: Actor, now: datetime, detail: dict[str, Any]) -> None:
    """Save a locked card with one more line of its history; for what moves cards without changing their words."""
    _write(card, act, actor, now, detail)


def _access_open(actor: Actor, code: str, revision: int | None = None) -> TaskCard:
    card = access_own_card(actor, code)
    if card.state != CardState.OPEN:
        raise CannotChangeCard(_("The card is closed. Open a new one for what is still to be done."))
    if revision is not None and revision != card.revision:
        raise CannotChangeCard(_("Somebody changed the card meanwhile. Look at it again, then enter your change."))
    return card


def _get_owner(actor: Actor, post_code: str) -> Post:
    try:
        owner = get_post(post_code)
    except UnknownPost as error:
        raise CannotChangeCard(_("There is no such post. Choose one of the unit.")) from error
    if owner.unit_code not in own_units(actor) and not leads(actor, owner.unit_code):
        raise CannotChangeCard(_("A card belongs to a post of your own unit, or of one that you lead."))
    return owner


def _check(words: CardWords) -> None:
    if not words.title.strip() or not words.task_code.strip():
        raise CannotChangeCard(_("A card has a title and belongs to a unit task. Enter both."))
    if find_unit_task(words.task_code) is None:
        raise CannotChangeCard(_("There is no such unit task. Choose one of the list."))
    if words.due_on < words.begins_on:
        raise CannotChangeCard(_("The card ends before it begins. Choose a later end."))
    longest = get_work_rules().longest_text
    if any(len(text) > longest for text in (words.results, words.quality, words.publicity, words.customers)):
        raise CannotChangeCard(
            _("One part is longer than %(most)s characters. Write a document and link it.") % {"most": longest}
        )


def _differences(card: TaskCard, words: CardWords) -> dict[str, Any]:
    both = {part: [str(getattr(card, part)), str(getattr(words, part))] for part in _PARTS}
    return {part: values for part, values in both.items() if values[0] != values[1]}


def _mark(milestone: Milestone, act: CardAct, on: date, label: str) -> bool:
    """Whether anything changed."""
    before = (milestone.done_on, milestone.dropped_on)
    if milestone.dropped_on is not None:
        raise CannotChangeCard(_("The milestone is no part of the plan any more."))
    if act is CardAct.REACHED and milestone.done_on is None:
        milestone.done_on, milestone.done_by_label = on, label
    elif act is CardAct.UNREACHED:
        milestone.done_on, milestone.done_by_label = None, ""
    elif act is CardAct.UNPLANNED:
        if milestone.done_on is not None:
            raise CannotChangeCard(_("What was reached stays in the plan. Say first that it was not."))
        milestone.dropped_on = on
    milestone.save()
    return before != (milestone.done_on, milestone.dropped_on)


def _open_milestone(card: TaskCard, milestone: Milestone, now: datetime) -> None:
    open_work(
        kind=MILESTONE,
        object_ref=f"milestone:{milestone.code}",
        holder=Holder.post(card.agency_code, card.owner_post),
        title=f"{milestone.title} · {card.title}",
        path=reverse("office:card", args=[card.code]),
        sender=card.opened_by_label,
        due_on=milestone.due_on,
        now=now,
    )


def _tell(milestone: Milestone) -> dict[str, str]:
    return {"milestone": milestone.title, "due_on": milestone.due_on.isoformat()}


def _write(
    card: TaskCard, act: CardAct, actor: Actor, now: datetime, detail: dict[str, Any], *, words: str = ""
) -> None:
    if act is not CardAct.OPENED:
        card.revision += 1
    card.changed_at = now
    card.save()
    CardEntry.objects.create(
        card=card,
        number=card.revision,
        act=act.value,
        words=words,
        detail=detail,
        at=now,
        post_code=actor.post_code or "",
        label=actor.label,
        person=actor.person_number or "",
    )
    index_soon(card)
