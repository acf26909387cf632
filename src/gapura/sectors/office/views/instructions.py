"""Instructions: those one got and gave, one with its chain and history, and giving a new one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import mark_seen
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.instructions import CARRY_OUT, CONFIRM, act_on_instruction, issue_instruction
from gapura.sectors.office.forms.work import InstructionForm, MoveForm
from gapura.sectors.office.models import Instruction
from gapura.sectors.office.queries.instructions import access_instruction, list_chain, list_instructions, list_moves
from gapura.sectors.office.queries.references import Reference, access_reference, describe_references
from gapura.sectors.office.queries.work import list_posts_below, list_units_below
from gapura.sectors.office.types import InstructionAct, InstructionState, OfficeRefusal
from gapura.sectors.office.views.cards import today
from gapura.sectors.office.work_pages import (
    INSTRUCTION_ACTS,
    INSTRUCTION_STATES,
    LATE,
    MOVE_BUTTONS,
    name_posts,
    post_choices,
    unit_choices,
)
from gapura.web.tables import as_csv_file

ROWS = 200
SIDES = ("got", "given", "below")


@require_safe
def show_instructions(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    side = _side(request)
    found = list_instructions(actor, side=side, limit=ROWS)
    names = name_posts({one.handler_post for one in found} | {one.confirmer_post for one in found})
    rows = [(one, _mark(one), names[one.handler_post], names[one.confirmer_post]) for one in found]
    counts = [
        (str(words), sum(one.state == state for one in found)) for state, (words, _tone) in INSTRUCTION_STATES.items()
    ]
    context = {"rows": rows, "side": side, "counts": counts, "may_instruct": bool(list_units_below(actor))}
    return render(request, "office/instructions.html", context)


@require_safe
def send_instructions(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    actor = access_official(request)
    headings = ("code", "title", "from", "to", "handled by", "state", "issued", "due", "ended")
    found = list_instructions(actor, side=_side(request))
    return as_csv_file("instructions", headings, [_cells(one) for one in found])


@require_http_methods(["GET", "HEAD", "POST"])
def add_instruction(request: HttpRequest) -> HttpResponse:
    """Give an instruction; ``?source=`` names what it comes from, ``?parent=`` what it passes on, ``?unit=`` whose."""
    actor = access_official(request)
    units = list_units_below(actor)
    if not units:
        raise AccessDenied
    codes = [unit.code for unit in units]
    own = actor.unit_code if actor.unit_code in codes else codes[0]
    chosen = request.GET.get("unit") or own
    source, parent = _origin(request, actor)
    initial: dict[str, Any] = {"source": source.ref if source else "", "parent": parent.code if parent else ""}
    if parent is not None:
        initial |= {"due_on": parent.due_on, "title": parent.title}
    initial["receiver_post"] = request.GET.get("to", "")
    form = InstructionForm(
        request.POST if request.method == "POST" else None,
        receivers=post_choices(list_posts_below(actor, chosen)),
        initial=initial,
    )
    if form.is_valid() and (given := _issue(actor, form)):
        return redirect("office:instruction", given.code)
    context = {
        "form": form,
        "units": unit_choices(units),
        "chosen": chosen,
        "source": source,
        "parent": parent,
    }
    return render(request, "office/instruction_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_instruction(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request)
    instruction = access_instruction(actor, code)
    moves = list_moves(actor, instruction, on=today())
    form = MoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _act(request, actor, code, form):
        messages.success(request, _("It is noted, and whoever has to know sees it in their basket."))
        return redirect("office:instruction", code)
    _note_opening(actor, instruction)
    return render(request, "office/instruction.html", _present(actor, instruction, moves) | {"form": form})


def _present(actor: Actor, instruction: Instruction, moves: list[InstructionAct]) -> dict[str, Any]:
    chain = list_chain(actor, instruction)
    names = name_posts(
        {instruction.handler_post, instruction.confirmer_post} | {one.handler_post for _depth, one in chain}
    )
    may_pass_on = (
        instruction.handler_post == actor.post_code
        and instruction.state in (InstructionState.ACCEPTED, InstructionState.IN_PROGRESS)
        and bool(list_units_below(actor))
    )
    return {
        "instruction": instruction,
        "standing": _mark(instruction),
        "handler": names[instruction.handler_post],
        "confirmer": names[instruction.confirmer_post],
        "source": describe_references(actor, [instruction.source])[0] if instruction.source else None,
        "chain": [(depth, one, _mark(one), names[one.handler_post]) for depth, one in chain],
        "history": [(INSTRUCTION_ACTS[entry.act], entry) for entry in instruction.entries.order_by("number")],
        "moves": [(move.value, MOVE_BUTTONS[move]) for move in moves],
        "postponable": InstructionAct.POSTPONED in moves,
        "may_pass_on": may_pass_on,
        "step": _step(instruction),
    }


def _act(request: HttpRequest, actor: Actor, code: str, form: MoveForm) -> bool:
    try:
        act = InstructionAct(request.POST.get("act", ""))
        act_on_instruction(
            actor=actor,
            code=code,
            act=act,
            words=form.cleaned_data["words"],
            due_on=form.cleaned_data["due_on"],
            now=clock.now(),
        )
    except ValueError:
        form.add_error(None, _("Choose one of the buttons."))
        return False
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _issue(actor: Actor, form: InstructionForm) -> Instruction | None:
    try:
        return issue_instruction(actor=actor, **form.cleaned_data, now=clock.now())
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def _origin(request: HttpRequest, actor: Actor) -> tuple[Reference | None, Instruction | None]:
    given = request.POST if request.method == "POST" else request.GET
    source, parent = given.get("source", ""), given.get("parent", "")
    return (
        access_reference(actor, source) if source else None,
        access_instruction(actor, parent) if parent else None,
    )


def _note_opening(actor: Actor, instruction: Instruction) -> None:
    holder = Holder.post(actor.agency_code or "", actor.post_code or "")
    for kind in (CARRY_OUT, CONFIRM):
        mark_seen(kind=kind, object_ref=f"instruction:{instruction.code}", holder=holder, now=clock.now())


def _mark(instruction: Instruction) -> tuple[Any, str]:
    late = instruction.ended_at is None and instruction.due_on < today()
    return LATE if late and instruction.state != InstructionState.DONE else INSTRUCTION_STATES[instruction.state]


def _step(instruction: Instruction) -> int:
    """Where it stands on the way that is drawn on the page."""
    order = [
        InstructionState.ISSUED,
        InstructionState.ACCEPTED,
        InstructionState.IN_PROGRESS,
        InstructionState.DONE,
        InstructionState.CONFIRMED,
    ]
    if instruction.state == InstructionState.WITHDRAWN:
        return -1
    at = order.index(InstructionState(instruction.state))
    return len(order) if at == len(order) - 1 else at


def _cells(one: Instruction) -> tuple[object, ...]:
    days: tuple[date | str, ...] = (one.due_on, one.ended_at.date() if one.ended_at else "")
    people = (one.issuer_label, one.receiver_label, one.handler_post)
    return (one.code, one.title, *people, one.state, one.issued_at.date(), *days)


def _side(request: HttpRequest) -> str:
    side = request.GET.get("side", "")
    return side if side in SIDES else SIDES[0]
