"""Memos, for who wrote them, whom they went to, and who was told to do something because of them."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import Instruction, Memo, MemoRecipient, Todo


def list_readable_memos(actor: Actor) -> QuerySet[Memo]:
    if actor.kind is not ActorKind.OFFICIAL:
        return Memo.objects.none()
    to_me = MemoRecipient.objects.filter(memo=OuterRef("pk"), post_code=actor.post_code)
    return Memo.objects.filter(Q(author_post=actor.post_code) | Exists(to_me), agency_code=actor.agency_code)


def access_memo(actor: Actor, code: str) -> Memo:
    """The memo, for its author, its recipients and who handles an instruction from it. Raises AccessDenied."""
    memo = list_opened_memos(actor).filter(code=code).first()
    if memo is None:
        raise AccessDenied
    return memo


def list_opened_memos(actor: Actor) -> QuerySet[Memo]:
    """Those one wrote or got, and those from which an instruction came that one carries out."""
    if actor.kind is not ActorKind.OFFICIAL:
        return Memo.objects.none()
    told = Instruction.objects.filter(source=Concat(Value("memo:"), OuterRef("code")), handler_post=actor.post_code)
    readable = Exists(list_readable_memos(actor).filter(pk=OuterRef("pk")))
    return Memo.objects.filter(readable | Exists(told), agency_code=actor.agency_code)


def list_memos(actor: Actor, *, box: str = "in", limit: int = 100) -> list[Memo]:
    """``box``: what came (``in``) or what the official wrote (``out``); the newest first, with recipients."""
    rows = list_readable_memos(actor)
    rows = rows.filter(author_post=actor.post_code) if box == "out" else rows.exclude(author_post=actor.post_code)
    return list(rows.prefetch_related("recipients").order_by("-sent_at", "-pk")[:limit])


def list_todos(actor: Actor, *, done: bool = False, limit: int = 200) -> list[Todo]:
    """The things the holder of the post means to do, due first; or the last ones that are done."""
    rows = Todo.objects.filter(post_code=actor.post_code, agency_code=actor.agency_code)
    if done:
        return list(rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")[:limit])
    return sorted(rows.filter(done_at__isnull=True)[:limit], key=lambda one: (one.due_on is None, one.due_on, one.pk))
