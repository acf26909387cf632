"""Everything that is open of a post goes to another in one act, all or nothing. Authorship never changes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.foundation.texts import Text, in_language
from gapura.kernel.approvals.actions import hand_over_steps
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import get_post, get_unit
from gapura.kernel.identity.types import Post, UnknownPost
from gapura.kernel.worklist.actions import close_work, move_work, open_work
from gapura.kernel.worklist.queries import list_held_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.answers import give_assignments
from gapura.sectors.office.actions.cards import give_card, write_card_entry
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.actions.instructions import show_instruction, write_instruction_entry
from gapura.sectors.office.actions.memos import show_todo
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.models import (
    DocumentReader,
    HandOver,
    Instruction,
    Meeting,
    MemoRecipient,
    OfficialDocument,
    TaskCard,
)
from gapura.sectors.office.queries.hand_over import (
    Estate,
    access_hand_over,
    access_source,
    count_hand_overs,
    digest_of,
    list_estate,
)
from gapura.sectors.office.queries.work import find_leader, is_vacant, label_of
from gapura.sectors.office.types import (
    CannotHandOver,
    CardAct,
    HandOverReason,
    InstructionAct,
    ReaderGround,
    Reply,
)

HAND_OVER = "office.hand-over"
LINE_KINDS = ("approvals.act", "approvals.acknowledge", "approvals.rework")
"""Lines move their own: who may not decide a step as well does not get it."""


def hand_over(
    *,
    actor: Actor,
    source_post: str,
    target_post: str,
    reason: HandOverReason = HandOverReason.TRANSFER,
    note: str = "",
    seen: str = "",
    now: datetime,
) -> HandOver:
    """Move cards, instructions, drafts, memos, notes, steps of lines and the whole basket of one post to another.

    ``seen``: the digest of the list the official confirmed (``digest_of``); where that has changed since, nothing
    moves. Raises AccessDenied for a post that is neither one's own nor led; CannotHandOver to oneself, to a vacant post
    or another agency's, or when nothing is open.
    """
    source = access_source(actor, source_post)
    target = _get_target(source, target_post, on=local_day(now, settings.TIME_ZONE))
    try:
        with transaction.atomic():
            estate = list_estate(source, now=now, for_update=True)
            contents = estate.list_contents(is_own=actor.post_code == source.code)
            _check_seen(f"post:{source.code}", contents, seen)
            _move(actor, estate, source, target, now)
            left = [[one.object_ref, one.title] for one in list_held_work(_holder(source))]
            stays = [{"code": "stays", "lines": left}] if left else []
            done = _write(actor, source, target, reason, note, [*contents, *stays], now)
            close_work(kind=HAND_OVER, object_ref=f"vacant:{source.code}", now=now)
            _show(done, target, now)
    except IntegrityError as error:
        raise CannotHandOver(_("Somebody handed this over at the same moment. Look at the list again.")) from error
    return done


def acknowledge_hand_over(*, actor: Actor, code: str, now: datetime) -> HandOver:
    """The receiver has read what was handed over. Raises AccessDenied."""
    done = access_hand_over(actor, code)
    holder = Holder.post(done.agency_code, actor.post_code or "")
    with transaction.atomic():
        if close_work(kind=HAND_OVER, object_ref=f"hand-over:{code}", holder=holder, now=now):
            record_event(actor=actor, action="office.hand_over_read", object_ref=f"hand-over:{code}")
    return done


def note_vacancy(*, actor: Actor, post_code: str, now: datetime) -> None:
    """Where a post is held by nobody and has open work, who leads it is asked to hand that over."""
    today = local_day(now, settings.TIME_ZONE)
    if not is_vacant(post_code, on=today):
        return
    post, leader = get_post(post_code), find_leader(post_code, on=today)
    if leader is None or not list_estate(post, now=now).list_contents(is_own=False):
        return
    with transaction.atomic():
        open_work(
            kind=HAND_OVER,
            object_ref=f"vacant:{post_code}",
            holder=Holder.post(leader.agency_code, leader.code),
            title=label_of(post),
            path=f"{reverse('office:hand-over')}?source={post_code}",
            now=now,
        )
        record_event(actor=actor, action="office.vacancy_noted", object_ref=f"post:{post_code}")


def note_new_holder(*, actor: Actor, post_code: str, now: datetime) -> None:
    """Somebody holds the post again, and with it has its work: nobody need hand it over."""
    with transaction.atomic():
        if close_work(kind=HAND_OVER, object_ref=f"vacant:{post_code}", now=now):
            record_event(actor=actor, action="office.vacancy_ended", object_ref=f"post:{post_code}")


def follow_merger(*, actor: Actor, code: str, successor: str, now: datetime) -> HandOver | None:
    """What a unit had as a unit is its successor's: cards and the unit's basket. Folders stay as they are called.

    Told twice, it is done once: nothing is left the second time, and nothing is written.
    """
    old, new = get_unit(code), get_unit(successor)
    with transaction.atomic():
        rows = TaskCard.objects.select_for_update().filter(unit_code=code).order_by("pk")
        cards = list(rows)
        moved = move_work(
            source=Holder.unit(old.agency_code, code), target=Holder.unit(new.agency_code, successor), now=now
        )
        if not cards and not moved:
            return None
        give_assignments(source=f"unit:{code}", target=f"unit:{successor}", target_label=_called(new.title), now=now)
        for card in cards:
            card.unit_code = successor
            write_card_entry(card, CardAct.MOVED, actor, now, {"unit": [code, successor]})
        source = f"unit:{code}"
        done = HandOver.objects.create(
            code=new_code(11),
            agency_code=old.agency_code,
            reason=HandOverReason.MERGER,
            source=source,
            serial=count_hand_overs(source) + 1,
            source_label=label_of(old),
            source_unit=code,
            target=f"unit:{successor}",
            target_label=label_of(new),
            target_unit=successor,
            contents=[
                {"code": "cards", "lines": [[card.code, card.title] for card in cards]},
                {"code": "basket", "lines": [["", str(moved)]]},
            ],
            handed_by_label=actor.label,
            handed_at=now,
        )
        record_event(
            actor=actor,
            action="office.unit_work_moved",
            object_ref=source,
            detail={"to": successor, "cards": len(cards), "items": moved},
        )
    return done


def _holder(post: Post) -> Holder:
    return Holder.post(post.agency_code, post.code)


def _get_target(source: Post, post_code: str, *, on: date) -> Post:
    try:
        target = get_post(post_code)
    except UnknownPost as error:
        raise CannotHandOver(_("There is no such post. Choose one of your agency.")) from error
    if target.code == source.code:
        raise CannotHandOver(_("This is the post that hands over. Choose another one."))
    if target.agency_code != source.agency_code:
        raise CannotHandOver(_("Work goes to a post of the same agency. To another agency it is dispatched."))
    if is_vacant(target.code, on=on):
        raise CannotHandOver(_("Nobody holds that post now, so the work would lie there. Choose one that is held."))
    return target


def _check_seen(source: str, contents: Sequence[dict[str, Any]], seen: str) -> None:
    if not contents:
        raise CannotHandOver(_("Nothing is open here that could be handed over."))
    if seen and seen != digest_of(source, contents):
        raise CannotHandOver(_("The list has changed since you looked. Look at it again and confirm it anew."))


def _move(actor: Actor, estate: Estate, source: Post, target: Post, now: datetime) -> None:
    change = {"owner": [source.code, target.code]}
    for card in estate.cards:
        give_card(card, target, now=now)
        write_card_entry(card, CardAct.HANDED_OVER, actor, now, change)
    for instruction in estate.given:
        _give_instruction(actor, instruction, source, target, now)
    for instruction in estate.got:
        if instruction.confirmer_post != source.code:
            _give_instruction(actor, instruction, source, target, now)
    for document in estate.drafts:
        _name_reader(actor, document.pk, ReaderGround.CO_DRAFTER, target, now)
    _move_appointments(estate, source, target, now)
    _open_handled_documents(actor, source, target, now)
    give_assignments(
        source=f"post:{source.code}", target=f"post:{target.code}", target_label=_called(target.title), now=now
    )
    hand_over_steps(actor=actor, source_post=source.code, target_post=target.code, now=now)
    move_work(source=_holder(source), target=_holder(target), besides=LINE_KINDS, now=now)


def _move_appointments(estate: Estate, source: Post, target: Post, now: datetime) -> None:
    """Meetings, memos and notes: what somebody goes to, reads, and means to do."""
    for meeting in estate.meetings:
        _give_meeting(meeting, source, target, now)
    for recipient in estate.memos:
        MemoRecipient.objects.get_or_create(
            memo=recipient.memo, post_code=target.code, defaults={"label": label_of(target), "named_at": now}
        )
        index_soon(recipient.memo)
    for todo in estate.todos:
        todo.post_code = target.code
        todo.save(update_fields=["post_code"])
        show_todo(todo, now=now)


def _give_instruction(actor: Actor, instruction: Instruction, source: Post, target: Post, now: datetime) -> None:
    """Whoever has it on one side has it there now. Where both sides would be one post, who leads that confirms."""
    found = Instruction.objects.get(pk=instruction.pk)
    if found.handler_post == source.code:
        found.handler_post, found.unit_code = target.code, target.unit_code
    if found.confirmer_post == source.code:
        found.confirmer_post = target.code
    if found.confirmer_post == found.handler_post:
        leader = find_leader(target.code, on=local_day(now, settings.TIME_ZONE))
        found.confirmer_post = leader.code if leader else found.confirmer_post
    found.save()
    write_instruction_entry(
        found, InstructionAct.HANDED_OVER, actor, now, words=f"{label_of(source)} → {label_of(target)}"
    )
    show_instruction(found, now=now)


def _give_meeting(meeting: Meeting, source: Post, target: Post, now: datetime) -> None:
    """Who ran it or was to agree stays written beside it; who is invited already is not invited twice."""
    if meeting.organizer_post == source.code:
        meeting.organizer_post = target.code
    if meeting.approver_post == source.code:
        meeting.approver_post = target.code
    meeting.save(update_fields=["organizer_post", "approver_post"])
    if meeting.starts_at > now and not meeting.guests.filter(post_code=target.code).exists():
        meeting.guests.filter(post_code=source.code).update(
            post_code=target.code, label=label_of(target), reply=Reply.NONE, replied_at=None
        )
    index_soon(meeting)


def _called(title: Text) -> str:
    return in_language(title, settings.LANGUAGE_CODE)


def _open_handled_documents(actor: Actor, source: Post, target: Post, now: datetime) -> None:
    handled = DocumentReader.objects.filter(holder=f"post:{source.code}", ground=ReaderGround.HANDLER)
    for document_id in sorted(set(handled.values_list("document_id", flat=True))):
        _name_reader(actor, document_id, ReaderGround.HANDLER, target, now)


def _name_reader(actor: Actor, document_id: int, ground: ReaderGround, target: Post, now: datetime) -> None:
    name_reader(
        document=OfficialDocument.objects.defer("sealed").get(pk=document_id),
        holder=f"post:{target.code}",
        agency_code=target.agency_code,
        ground=ground,
        named_by=actor.label,
        now=now,
    )


def _write(
    actor: Actor,
    source: Post,
    target: Post,
    reason: HandOverReason,
    note: str,
    contents: Sequence[dict[str, Any]],
    now: datetime,
) -> HandOver:
    done = HandOver.objects.create(
        code=new_code(11),
        agency_code=source.agency_code,
        reason=reason.value,
        source=f"post:{source.code}",
        serial=count_hand_overs(f"post:{source.code}") + 1,
        source_label=label_of(source),
        source_unit=source.unit_code,
        target=f"post:{target.code}",
        target_label=label_of(target),
        target_unit=target.unit_code,
        note=note.strip(),
        contents=list(contents),
        handed_by_label=actor.label,
        handed_by_person=actor.person_number or "",
        handed_at=now,
    )
    counts = {part["code"]: len(part["lines"]) for part in contents}
    record_event(
        actor=actor,
        action="office.handed_over",
        object_ref=f"hand-over:{done.code}",
        detail={"from": source.code, "to": target.code, "counts": counts},
    )
    return done


def _show(done: HandOver, target: Post, now: datetime) -> None:
    open_work(
        kind=HAND_OVER,
        object_ref=f"hand-over:{done.code}",
        holder=_holder(target),
        title=done.source_label,
        path=reverse("office:handed-over", args=[done.code]),
        sender=done.handed_by_label,
        now=now,
    )
