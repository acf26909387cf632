"""Giving instructions, and each step until they are confirmed. Only moves of the one table are made."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import find_holder, get_post
from gapura.kernel.identity.types import AccessDenied, Post, UnknownPost
from gapura.kernel.notifications.actions import send_message
from gapura.kernel.notifications.types import MessageKind
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_refs_soon, index_soon
from gapura.sectors.office.actions.readers import name_reader
from gapura.sectors.office.models import Instruction, InstructionEntry
from gapura.sectors.office.queries.documents import access_document
from gapura.sectors.office.queries.instructions import DEEPEST_CHAIN, access_instruction, list_wholes, sides_of
from gapura.sectors.office.queries.references import access_reference
from gapura.sectors.office.queries.work import can_instruct, find_leader, label_of
from gapura.sectors.office.rules import ENDED_INSTRUCTIONS, INSTRUCTION_MOVES
from gapura.sectors.office.types import CannotInstruct, InstructionAct, InstructionState, Reach, ReaderGround
from gapura.sectors.office.work import get_work_rules

CARRY_OUT, CONFIRM = "office.instruction", "office.confirm"


def issue_instruction(
    *,
    actor: Actor,
    receiver_post: str,
    title: str,
    body: str = "",
    due_on: date,
    source: str = "",
    parent: str = "",
    urgent: bool = False,
    now: datetime,
) -> Instruction:
    """Tell somebody below to do something by a day. It waits in their basket.

    ``source``: ``document:…``, ``memo:…``, ``meeting:…`` or ``card:…`` it comes from; a document it comes from is
    open to the receiver from then on. ``parent``: the code of an instruction that the official has and passes on.
    Raises AccessDenied; CannotInstruct when the receiver is not below, the day has passed, or it is nothing to pass on.
    """
    receiver = _get_receiver(actor, receiver_post)
    _check_words(title, body, due_on, now)
    with transaction.atomic():
        above = _lock_passed_on(actor, parent, due_on) if parent else None
        if source:
            _open_source(actor, source, receiver, now)
        instruction = Instruction.objects.create(
            code=new_code(11),
            agency_code=actor.agency_code or "",
            unit_code=receiver.unit_code,
            title=title.strip(),
            body=body,
            source=source,
            parent=above,
            urgent=urgent,
            due_on=due_on,
            issuer_post=actor.post_code or "",
            issuer_label=actor.label,
            issuer_person=actor.person_number or "",
            confirmer_post=actor.post_code or "",
            receiver_post=receiver.code,
            receiver_label=label_of(receiver),
            handler_post=receiver.code,
            issued_at=now,
        )
        _tell_of_new(actor, instruction, now)
    return instruction


def act_on_instruction(
    *, actor: Actor, code: str, act: InstructionAct, words: str = "", due_on: date | None = None, now: datetime
) -> Instruction:
    """One move of the table ``rules.INSTRUCTION_MOVES``. Two at once meet in the locked row: the second is refused.

    Raises AccessDenied for who may not read it; CannotInstruct for what is no move now, or not theirs.
    """
    access_instruction(actor, code)
    with transaction.atomic():
        instruction = Instruction.objects.select_for_update().get(code=code)
        _check_move(actor, instruction, act, words, on=local_day(now, settings.TIME_ZONE))
        if act is InstructionAct.POSTPONED:
            words = _postpone(instruction, due_on, words, now)
        _move(instruction, INSTRUCTION_MOVES[act].into, now)
        write_instruction_entry(instruction, act, actor, now, words=words.strip())
        if act is InstructionAct.WITHDRAWN:
            _withdraw_parts(actor, instruction, now)
        show_instruction(instruction, now=now)
        record_event(
            actor=actor,
            action=f"office.instruction_{act.value}",
            object_ref=f"instruction:{code}",
            detail={"state": str(instruction.state)},
        )
    return instruction


def remind_of_instructions(*, actor: Actor, now: datetime) -> int:
    """Say again what is due soon or late, once a day: urgent in the basket, and a message. How many."""
    rules, today = get_work_rules(), local_day(now, settings.TIME_ZONE)
    soon = today + timedelta(days=max(rules.remind_days_before))
    rows = Instruction.objects.filter(ended_at__isnull=True, due_on__lte=soon).exclude(
        state=InstructionState.DONE.value
    )
    reminded = 0
    for instruction in rows.exclude(reminded_on=today).order_by("pk").iterator():
        late = (today - instruction.due_on).days
        if -late in rules.remind_days_before or (late > 0 and late % rules.remind_every_days_late == 0):
            reminded += _remind(actor, instruction.pk, today, now)
    return reminded


def show_instruction(instruction: Instruction, *, now: datetime) -> None:
    """Let it wait for whoever has to do something with it now, and for nobody else."""
    ref = f"instruction:{instruction.code}"
    close_work(kind=CARRY_OUT, object_ref=ref, now=now)
    close_work(kind=CONFIRM, object_ref=ref, now=now)
    if instruction.state in ENDED_INSTRUCTIONS:
        return
    done = instruction.state == InstructionState.DONE
    open_work(
        kind=CONFIRM if done else CARRY_OUT,
        object_ref=ref,
        holder=Holder.post(instruction.agency_code, instruction.confirmer_post if done else instruction.handler_post),
        title=instruction.title,
        path=reverse("office:instruction", args=[instruction.code]),
        sender=instruction.receiver_label if done else instruction.issuer_label,
        due_on=instruction.due_on,
        urgent=instruction.urgent,
        now=now,
    )


def write_instruction_entry(
    instruction: Instruction, act: InstructionAct, actor: Actor, now: datetime, *, words: str = ""
) -> None:
    """One more line of the history of a locked instruction."""
    InstructionEntry.objects.create(
        instruction=instruction,
        number=instruction.entries.count() + 1,
        act=act.value,
        words=words,
        at=now,
        post_code=actor.post_code or "",
        label=actor.label,
        person=actor.person_number or "",
    )
    index_soon(instruction, *list_wholes(instruction))  # who has a part may read the whole
    if instruction.source.startswith("memo:"):  # and who has the instruction, the memo
        index_refs_soon([instruction.source])


def _tell_of_new(actor: Actor, instruction: Instruction, now: datetime) -> None:
    write_instruction_entry(instruction, InstructionAct.ISSUED, actor, now)
    if instruction.parent is not None:
        words = f"{instruction.title} → {instruction.receiver_label}"
        write_instruction_entry(instruction.parent, InstructionAct.PASSED_ON, actor, now, words=words)
    show_instruction(instruction, now=now)
    record_event(
        actor=actor,
        action="office.instruction_issued",
        object_ref=f"instruction:{instruction.code}",
        detail={
            "to": instruction.receiver_post,
            "source": instruction.source,
            "due_on": instruction.due_on.isoformat(),
        },
    )


def _check_words(title: str, body: str, due_on: date, now: datetime) -> None:
    if not title.strip() or len(body) > get_work_rules().longest_text:
        raise CannotInstruct(_("An instruction says in a title what is to be done. A long text is a document."))
    if due_on < local_day(now, settings.TIME_ZONE):
        raise CannotInstruct(_("The day has passed. Choose today or a later one."))


def _get_receiver(actor: Actor, post_code: str) -> Post:
    if actor.kind is not ActorKind.OFFICIAL or not actor.post_code or not actor.person_number:
        raise AccessDenied
    try:
        receiver = get_post(post_code)
    except UnknownPost as error:
        raise CannotInstruct(_("There is no such post. Choose one of a unit that you lead.")) from error
    if not can_instruct(actor, receiver):
        raise CannotInstruct(_("This post is not below yours. Ask whoever leads it, or write a memo."))
    return receiver


def _lock_passed_on(actor: Actor, code: str, due_on: date) -> Instruction:
    access_instruction(actor, code)
    above = Instruction.objects.select_for_update().get(code=code)
    if above.handler_post != actor.post_code:
        raise CannotInstruct(_("Only who has to carry out an instruction passes on a part of it."))
    if above.state not in (InstructionState.ACCEPTED, InstructionState.IN_PROGRESS):
        raise CannotInstruct(_("Accept the instruction first; what is done or ended is not passed on."))
    if due_on > above.due_on:
        raise CannotInstruct(_("A part is due no later than the whole. Choose a day before that."))
    return above


def _open_source(actor: Actor, source: str, receiver: Post, now: datetime) -> None:
    access_reference(actor, source)
    kind, _colon, code = source.partition(":")
    if kind != "document":
        return
    document = access_document(actor, code)
    if document.reach == Reach.NAMED:
        raise CannotInstruct(_("The document is only for those it names. Ask its author to name the receiver first."))
    name_reader(
        document=document,
        holder=f"post:{receiver.code}",
        agency_code=receiver.agency_code,
        ground=ReaderGround.HANDLER,
        named_by=actor.label,
        now=now,
    )


def _check_move(actor: Actor, instruction: Instruction, act: InstructionAct, words: str, *, on: date) -> None:
    move = INSTRUCTION_MOVES.get(act)
    if move is None or move.by not in sides_of(actor, instruction, on=on):
        raise CannotInstruct(_("This is for the other side of the instruction, or for nobody."))
    if instruction.state not in move.out_of:
        raise CannotInstruct(_("Somebody was quicker, or it is not time for this. Look at the instruction again."))
    if move.words and not words.strip():
        raise CannotInstruct(_("Say in a few words how or why."))
    if len(words) > get_work_rules().longest_text:
        raise CannotInstruct(_("That is too long for an instruction. Write a document or a memo."))
    if act is InstructionAct.FINISHED and instruction.passed_on.exclude(state__in=ENDED_INSTRUCTIONS).exists():
        raise CannotInstruct(_("Parts that you passed on are not confirmed yet. Confirm or withdraw them first."))
    itself = act is InstructionAct.CONFIRMED and _finished_by(instruction) == actor.person_number
    if itself and find_leader(actor.post_code or "", on=on) is not None:
        raise CannotInstruct(_("You did it yourself. Whoever leads you confirms it."))


def _finished_by(instruction: Instruction) -> str:
    last = instruction.entries.filter(act=InstructionAct.FINISHED).order_by("-number").first()
    return last.person if last else ""


def _postpone(instruction: Instruction, due_on: date | None, words: str, now: datetime) -> str:
    if due_on is None or due_on < local_day(now, settings.TIME_ZONE) or due_on == instruction.due_on:
        raise CannotInstruct(_("Choose another day, today or later."))
    if instruction.parent is not None and due_on > instruction.parent.due_on:
        raise CannotInstruct(_("A part is due no later than the whole. Choose a day before that."))
    before, instruction.due_on, instruction.reminded_on = instruction.due_on, due_on, None
    return f"{before.isoformat()} → {due_on.isoformat()}. {words}"


def _move(instruction: Instruction, into: InstructionState | None, now: datetime) -> None:
    if into is not None:
        instruction.state = into.value
        instruction.ended_at = now if into in ENDED_INSTRUCTIONS else None
    instruction.save()


def _withdraw_parts(actor: Actor, whole: Instruction, now: datetime) -> None:
    parts: Sequence[Instruction] = [whole]
    for _step in range(DEEPEST_CHAIN):
        open_parts = Instruction.objects.filter(parent__in=parts).exclude(state__in=ENDED_INSTRUCTIONS)
        parts = list(open_parts.select_for_update().order_by("pk"))
        for part in parts:
            _move(part, InstructionState.WITHDRAWN, now)
            write_instruction_entry(part, InstructionAct.WITHDRAWN, actor, now, words=whole.title)
            show_instruction(part, now=now)


@transaction.atomic
def _remind(actor: Actor, pk: int, today: date, now: datetime) -> bool:
    instruction = Instruction.objects.select_for_update().get(pk=pk)
    if instruction.reminded_on == today or instruction.ended_at is not None:
        return False
    instruction.reminded_on = today
    instruction.urgent = instruction.urgent or instruction.due_on <= today
    instruction.save(update_fields=["reminded_on", "urgent"])
    show_instruction(instruction, now=now)
    holder = find_holder(instruction.handler_post, on=today)
    if holder is not None:
        send_message(
            actor=actor,
            recipient=holder.person_number,
            kind=MessageKind.WORK_DUE,
            context={"day": instruction.due_on.isoformat()},
            now=now,
        )
    record_event(actor=actor, action="office.instruction_reminded", object_ref=f"instruction:{instruction.code}")
    return True
