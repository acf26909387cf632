"""Planning turns of duty, exchanging two of them, and handing over."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.approvals.queries import is_absent
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_working_calendar
from gapura.kernel.identity.queries import find_holder
from gapura.kernel.identity.types import AccessDenied, Post
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import DutyShift, DutySwap
from gapura.sectors.office.queries.duty import (
    DutyKind,
    access_shift,
    access_swap,
    count_turns,
    list_duty_kinds,
    list_turn_takers,
)
from gapura.sectors.office.queries.meetings import answers_for, find_unit_leader, label_of
from gapura.sectors.office.types import CannotChangeDuty, SwapState
from gapura.sectors.office.zones import zone_of_office

SWAP = "office.duty-swap"
LONGEST_PLAN = timedelta(days=100)
LONGEST_NOTE = 5000


def plan_duty(*, actor: Actor, unit_code: str, kind: str, first: date, last: date, now: datetime) -> list[DutyShift]:
    """Give every day of the kind from ``first`` to ``last`` to whoever had the fewest turns and is not away.

    Days planned already stay as they are; planning twice adds nothing. Raises AccessDenied, CannotChangeDuty.
    """
    if not answers_for(actor, unit_code):
        raise AccessDenied
    chosen = list_duty_kinds().get(kind)
    if chosen is None or not timedelta(0) <= last - first <= LONGEST_PLAN:
        raise CannotChangeDuty(_("Choose a kind of duty, and at most 100 days."))
    posts = list_turn_takers(unit_code, chosen, on=first)
    if not posts:
        raise CannotChangeDuty(_("Nobody of the unit has a rank that takes this duty, or their posts are vacant."))
    zone, calendar = zone_of_office(actor.office_code), get_working_calendar()
    with transaction.atomic():
        taken = set(
            DutyShift.objects.filter(unit_code=unit_code, kind=kind, day__range=(first, last)).values_list(
                "day", flat=True
            )
        )
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        counts, before = count_turns([post.code for post in posts], kind), ""
        shifts = []
        for day in (day for day in days if day not in taken and chosen.falls_on(day, calendar)):
            post = _next_post(posts, counts, before, day)
            counts[post.code] += 1
            before = post.code
            shifts.append(_shift(actor, unit_code, chosen, post, day, zone, now))
        try:
            with transaction.atomic():
                DutyShift.objects.bulk_create(shifts)
        except IntegrityError as error:
            raise CannotChangeDuty(_("Somebody planned the same days just now. Load the page again.")) from error
        record_event(
            actor=actor,
            action="office.duty_planned",
            object_ref=f"unit:{unit_code}",
            detail={"kind": kind, "first": first.isoformat(), "last": last.isoformat(), "turns": len(shifts)},
        )
    return shifts


def give_duty(*, actor: Actor, code: str, post_code: str, now: datetime) -> DutyShift:
    """Who leads gives a turn to somebody else of the unit: illness does not wait for an exchange.

    Raises AccessDenied, CannotChangeDuty.
    """
    with transaction.atomic():
        shift = _lock(access_shift(actor, code))
        if not answers_for(actor, shift.unit_code):
            raise AccessDenied
        kind = list_duty_kinds()[shift.kind]
        post = next(
            (one for one in list_turn_takers(shift.unit_code, kind, on=shift.day) if one.code == post_code), None
        )
        if post is None or shift.ends_at <= now:
            raise CannotChangeDuty(_("Choose a turn to come, and somebody of the unit who takes this duty."))
        _end_swaps_of(shift, actor, now)
        _assign(shift, post.code, label_of(post), now)
        record_event(actor=actor, action="office.duty_given", object_ref=f"duty:{code}", detail={"post": post_code})
    return shift


def ask_swap(*, actor: Actor, code: str, other: str, reason: str, now: datetime) -> DutySwap:
    """Ask a colleague to exchange turns. Asked again, it is the same one. Raises AccessDenied, CannotChangeDuty."""
    shift, their = access_shift(actor, code), access_shift(actor, other)
    if shift.post_code != actor.post_code:
        raise AccessDenied
    if (
        shift.unit_code != their.unit_code
        or their.post_code == shift.post_code
        or min(shift.starts_at, their.starts_at) <= now
    ):
        raise CannotChangeDuty(_("Exchange a turn to come for one of a colleague of the same unit."))
    leader = find_unit_leader(shift.unit_code)
    known = DutySwap.objects.filter(shift=shift, other=their, ended_at__isnull=True).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            swap = DutySwap.objects.create(
                code=new_code(11),
                shift=shift,
                other=their,
                asked_by_post=shift.post_code,
                asked_of_post=their.post_code,
                leader_post=leader.code if leader else "",
                reason=reason[:300],
                asked_at=now,
            )
            _ask(swap, their.post_code, _("%(who)s asks to exchange duty") % {"who": actor.label}, actor, now)
            record_event(actor=actor, action="office.swap_asked", object_ref=f"swap:{swap.code}")
    except IntegrityError as error:
        raise CannotChangeDuty(
            _("One of the two turns is being exchanged already. Wait until that has ended.")
        ) from error
    return swap


def agree_swap(*, actor: Actor, code: str, now: datetime) -> DutySwap:
    """The colleague agrees; then who leads confirms. Twice is once. Raises AccessDenied, CannotChangeDuty."""
    with transaction.atomic():
        swap = _lock_swap(actor, code)
        if actor.post_code != swap.asked_of_post:
            raise AccessDenied
        if swap.state == SwapState.AGREED:
            return swap
        _require(swap, SwapState.ASKED)
        swap.state = SwapState.AGREED.value
        swap.save(update_fields=["state"])
        close_work(kind=SWAP, object_ref=f"swap:{code}", now=now)
        record_event(actor=actor, action="office.swap_agreed", object_ref=f"swap:{code}")
        if swap.leader_post in ("", swap.asked_by_post, swap.asked_of_post):
            return _exchange(actor, swap, now)
        _ask(swap, swap.leader_post, _("Confirm an exchange of duty"), actor, now)
    return swap


def confirm_swap(*, actor: Actor, code: str, now: datetime) -> DutySwap:
    """Who leads confirms: the two turns change hands. Twice is once. Raises AccessDenied, CannotChangeDuty."""
    with transaction.atomic():
        swap = _lock_swap(actor, code)
        if not answers_for(actor, swap.shift.unit_code):
            raise AccessDenied
        if swap.state == SwapState.CONFIRMED:
            return swap
        _require(swap, SwapState.AGREED)
        return _exchange(actor, swap, now)


def refuse_swap(*, actor: Actor, code: str, now: datetime) -> DutySwap:
    """Any of the two, or who leads, ends it. Raises AccessDenied, CannotChangeDuty."""
    with transaction.atomic():
        swap = _lock_swap(actor, code)
        _require(swap, SwapState.ASKED, SwapState.AGREED)
        _end_swap(swap, SwapState.REFUSED, actor, now)
        record_event(actor=actor, action="office.swap_refused", object_ref=f"swap:{code}")
    return swap


def write_handover(*, actor: Actor, code: str, note: str, now: datetime) -> DutyShift:
    """What the next one must know; by who is on duty, from its beginning on. Raises AccessDenied, CannotChangeDuty."""
    with transaction.atomic():
        shift = _lock(access_shift(actor, code))
        if shift.post_code != actor.post_code:
            raise AccessDenied
        if now < shift.starts_at or len(note) > LONGEST_NOTE:
            raise CannotChangeDuty(_("A note is written once the turn has begun, in at most 5,000 letters."))
        shift.note, shift.note_by_label, shift.note_at, shift.changed_at = note, actor.label, now, now
        shift.save(update_fields=["note", "note_by_label", "note_at", "changed_at"])
        record_event(actor=actor, action="office.duty_handed_over", object_ref=f"duty:{code}")
    return shift


def _next_post(posts: list[Post], counts: dict[str, int], before: str, day: date) -> Post:
    """Who had the fewest turns, not twice in a row where others are there, not who is away or gone."""
    there = [post for post in posts if find_holder(post.code, on=day) and not is_absent(post.code, day)]
    if not there:
        raise CannotChangeDuty(_("Nobody is there on %(day)s. Plan up to the day before.") % {"day": day.isoformat()})
    return min(there, key=lambda post: (post.code == before, counts[post.code], posts.index(post)))


def _shift(actor: Actor, unit_code: str, kind: DutyKind, post: Post, day: date, zone: str, now: datetime) -> DutyShift:
    starts_at, ends_at = kind.span(day, zone)
    return DutyShift(
        code=new_code(11),
        agency_code=actor.agency_code or "",
        unit_code=unit_code,
        kind=kind.code,
        day=day,
        zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        post_code=post.code,
        label=label_of(post)[:120],
        planned_by_label=actor.label,
        planned_at=now,
        changed_at=now,
    )


def _exchange(actor: Actor, swap: DutySwap, now: datetime) -> DutySwap:
    shift, other = _lock(swap.shift), _lock(swap.other)
    if (shift.post_code, other.post_code) != (swap.asked_by_post, swap.asked_of_post) or min(
        shift.starts_at, other.starts_at
    ) <= now:
        raise CannotChangeDuty(_("The turns have begun, or belong to others meanwhile. Refuse this exchange."))
    mine = (shift.post_code, shift.label)
    _assign(shift, other.post_code, other.label, now)
    _assign(other, *mine, now)
    _end_swap(swap, SwapState.CONFIRMED, actor, now)
    record_event(actor=actor, action="office.swap_confirmed", object_ref=f"swap:{swap.code}")
    return swap


def _assign(shift: DutyShift, post_code: str, label: str, now: datetime) -> None:
    shift.post_code, shift.label, shift.changed_at = post_code, label, now
    shift.save(update_fields=["post_code", "label", "changed_at"])


def _end_swap(swap: DutySwap, state: SwapState, actor: Actor, now: datetime) -> None:
    swap.state, swap.ended_at, swap.ended_by_label = state.value, now, actor.label
    swap.save(update_fields=["state", "ended_at", "ended_by_label"])
    close_work(kind=SWAP, object_ref=f"swap:{swap.code}", now=now)


def _end_swaps_of(shift: DutyShift, actor: Actor, now: datetime) -> None:
    for swap in DutySwap.objects.filter(ended_at__isnull=True).order_by("pk"):
        if shift.pk in (swap.shift_id, swap.other_id):
            _end_swap(swap, SwapState.REFUSED, actor, now)


def _ask(swap: DutySwap, post_code: str, title: str, actor: Actor, now: datetime) -> None:
    open_work(
        kind=SWAP,
        object_ref=f"swap:{swap.code}",
        holder=Holder.post(swap.shift.agency_code, post_code),
        title=title,
        path=f"/desk/office/duty/swaps/{swap.code}/",
        sender=actor.label,
        due_on=min(swap.shift.day, swap.other.day),
        now=now,
    )


def _lock(shift: DutyShift) -> DutyShift:
    return DutyShift.objects.select_for_update().get(pk=shift.pk)


def _lock_swap(actor: Actor, code: str) -> DutySwap:
    found = access_swap(actor, code)
    return DutySwap.objects.select_for_update(of=("self",)).select_related("shift", "other").get(pk=found.pk)


def _require(swap: DutySwap, *states: SwapState) -> None:
    if swap.state not in states:
        raise CannotChangeDuty(_("The exchange has gone on meanwhile. Load the page again."))
