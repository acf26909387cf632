"""Instructions, for those who gave and got them, those who lead them, and those who hold a part."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Q, QuerySet

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import get_post, list_parts_of
from gapura.kernel.identity.types import AccessDenied, UnknownPost
from gapura.sectors.office.models import Instruction
from gapura.sectors.office.queries.documents import led_units
from gapura.sectors.office.queries.work import is_vacant, leads
from gapura.sectors.office.rules import INSTRUCTION_MOVES, Side
from gapura.sectors.office.types import InstructionAct

DEEPEST_CHAIN = 12


def list_readable_instructions(actor: Actor) -> QuerySet[Instruction]:
    """Those the official gave, got, has now, or answers for because they lead the unit that got them."""
    if actor.kind is not ActorKind.OFFICIAL:
        return Instruction.objects.none()
    mine = Q()
    for column in ("issuer_post", "confirmer_post", "receiver_post", "handler_post"):
        mine |= Q(**{column: actor.post_code})
    below = Q(unit_code__in=list_parts_of(led_units(actor)))
    return Instruction.objects.filter(mine | below, agency_code=actor.agency_code)


def access_instruction(actor: Actor, code: str) -> Instruction:
    """The instruction; whoever holds a part of it may read the whole it comes from. Raises AccessDenied."""
    found = Instruction.objects.filter(code=code, agency_code=actor.agency_code).first()
    if found is None or not (
        list_readable_instructions(actor).filter(pk=found.pk).exists() or _holds_a_part(actor, found)
    ):
        raise AccessDenied
    return found


def find_opened_instructions(actor: Actor, codes: Collection[str]) -> list[Instruction]:
    """Which of these the official may open, with their history: see :func:`access_instruction`."""
    rows = Instruction.objects.filter(code__in=codes, agency_code=actor.agency_code).prefetch_related("entries")
    own = set(list_readable_instructions(actor).filter(code__in=codes).values_list("pk", flat=True))
    return [one for one in rows if one.pk in own or _holds_a_part(actor, one)]


def list_part_holders(instruction: Instruction) -> set[str]:
    """The posts that got or carry out a part of it, however far it was passed on."""
    posts: set[str] = set()
    for layer in _layers_below(instruction):
        posts |= {post for one in layer for post in (one.handler_post, one.receiver_post)}
    return posts


def list_wholes(instruction: Instruction) -> list[Instruction]:
    """What it is a part of, the nearest first."""
    wholes: list[Instruction] = []
    at = instruction.parent
    while at is not None:
        wholes.append(at)
        at = at.parent
    return wholes


def list_instructions(
    actor: Actor, *, side: str = "got", state: str = "", late_on: date | None = None, limit: int | None = None
) -> list[Instruction]:
    """``side``: what the official has to do (``got``), has to confirm (``given``), or answers for (``below``)."""
    rows = list_readable_instructions(actor)
    if side == "got":
        rows = rows.filter(handler_post=actor.post_code)
    elif side == "given":
        rows = rows.filter(confirmer_post=actor.post_code)
    if state:
        rows = rows.filter(state=state)
    if late_on is not None:
        rows = rows.filter(ended_at__isnull=True, due_on__lt=late_on)
    return list(rows.order_by("ended_at", "due_on", "pk")[:limit])


def list_instructions_from(actor: Actor, source: str) -> list[Instruction]:
    """What came of a document, memo, meeting or card, as far as the official may read it; the oldest first."""
    return list(list_readable_instructions(actor).filter(source=source).order_by("issued_at", "pk"))


def list_chain(actor: Actor, instruction: Instruction) -> list[tuple[int, Instruction]]:
    """The whole that it is part of, from the first instruction down, each with its depth; own branches only."""
    top = instruction
    while top.parent is not None:
        top = top.parent
    above = set()
    at: Instruction | None = instruction
    while at is not None:
        above.add(at.pk)
        at = at.parent
    readable = list_readable_instructions(actor)
    chain: list[tuple[int, Instruction]] = []
    layer = [top]
    while layer and len(chain) < 200:
        one = layer.pop()
        chain.append((_depth(one), one))
        parts = one.passed_on.order_by("-pk")
        layer += [part for part in parts if part.pk in above or readable.filter(pk=part.pk).exists()]
    return chain


def sides_of(actor: Actor, instruction: Instruction, *, on: date) -> set[Side]:
    """What the official is to the instruction now. While the post that confirms is vacant, who leads it may."""
    sides = set()
    if actor.post_code == instruction.handler_post:
        sides.add(Side.HANDLER)
    if actor.post_code == instruction.confirmer_post or (
        is_vacant(instruction.confirmer_post, on=on) and _leads_post(actor, instruction.confirmer_post)
    ):
        sides.add(Side.CONFIRMER)
    return sides


def list_moves(actor: Actor, instruction: Instruction, *, on: date) -> list[InstructionAct]:
    """What the official may do with it now, in the order of its life."""
    sides = sides_of(actor, instruction, on=on)
    return [act for act, move in INSTRUCTION_MOVES.items() if move.by in sides and instruction.state in move.out_of]


def _holds_a_part(actor: Actor, instruction: Instruction) -> bool:
    return any(
        actor.post_code in (part.handler_post, part.receiver_post)
        for layer in _layers_below(instruction)
        for part in layer
    )


def _layers_below(instruction: Instruction) -> Iterator[list[Instruction]]:
    layer = [instruction]
    for _step in range(DEEPEST_CHAIN):
        layer = list(Instruction.objects.filter(parent__in=layer).order_by("pk"))
        if not layer:
            return
        yield layer


def _leads_post(actor: Actor, post_code: str) -> bool:
    try:
        return leads(actor, get_post(post_code).unit_code)
    except UnknownPost:
        return False


def _depth(instruction: Instruction) -> int:
    depth, at = 0, instruction.parent
    while at is not None:
        depth, at = depth + 1, at.parent
    return depth
