"""Sending memos, noting who read them, and the things one means to do oneself."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.models import Memo, MemoRecipient, Todo
from gapura.sectors.office.queries.memos import access_memo
from gapura.sectors.office.queries.work import label_of
from gapura.sectors.office.types import CannotReport, OfficeRefusal
from gapura.sectors.office.work import get_work_rules

MEMO, TODO = "office.memo", "office.todo"


def send_memo(*, actor: Actor, title: str, body: str, recipients: Sequence[str], now: datetime) -> Memo:
    """A memo to posts of one's own agency; it waits in each one's basket until they open it.

    Raises AccessDenied; CannotReport for nobody, oneself alone, another agency's post, or too long a text.
    """
    if actor.kind is not ActorKind.OFFICIAL or not actor.person_number:
        raise AccessDenied
    rules = get_work_rules()
    codes = sorted(set(recipients) - {actor.post_code})
    posts = list_posts_named(codes)
    if not codes or len(posts) != len(codes) or any(one.agency_code != actor.agency_code for one in posts.values()):
        raise CannotReport(_("A memo goes to other posts of your agency. To another agency you write a letter."))
    if len(codes) > rules.most_recipients:
        raise CannotReport(
            _("A memo goes to %(most)s posts at most. For more, write a circular.") % {"most": rules.most_recipients}
        )
    if not title.strip() or not body.strip() or len(body) > rules.longest_text:
        raise CannotReport(
            _("A memo has a title and up to %(most)s characters. What is longer is a document.")
            % {"most": rules.longest_text}
        )
    with transaction.atomic():
        memo = Memo.objects.create(
            code=new_code(11),
            agency_code=actor.agency_code or "",
            unit_code=actor.unit_code,
            title=title.strip(),
            body=body,
            author_post=actor.post_code or "",
            author_label=actor.label,
            author_person=actor.person_number,
            sent_at=now,
        )
        for code, post in sorted(posts.items()):
            MemoRecipient.objects.create(memo=memo, post_code=code, label=label_of(post), named_at=now)
            _show_memo(memo, code, now)
        index_soon(memo)
        record_event(actor=actor, action="office.memo_sent", object_ref=f"memo:{memo.code}", detail={"to": codes})
    return memo


def mark_memo_read(*, actor: Actor, code: str, now: datetime) -> Memo:
    """Note that the recipient opened it; the first time counts. Raises AccessDenied."""
    memo = access_memo(actor, code)
    with transaction.atomic():
        unread = memo.recipients.filter(post_code=actor.post_code, read_at__isnull=True)
        if unread.update(read_at=now, read_by_label=actor.label, read_by_person=actor.person_number or ""):
            close_work(kind=MEMO, object_ref=f"memo:{code}", holder=_me(actor), now=now)
            record_event(actor=actor, action="office.memo_read", object_ref=f"memo:{code}")
    return memo


def add_todo(*, actor: Actor, title: str, due_on: date | None, now: datetime) -> Todo:
    """Something to do oneself; it waits in one's own basket. Raises AccessDenied, OfficeRefusal."""
    if actor.kind is not ActorKind.OFFICIAL:
        raise AccessDenied
    if not title.strip():
        raise OfficeRefusal(_("Say what you mean to do."))
    with transaction.atomic():
        todo = Todo.objects.create(
            code=new_code(11),
            agency_code=actor.agency_code or "",
            post_code=actor.post_code or "",
            title=title.strip()[:200],
            due_on=due_on,
            made_at=now,
        )
        show_todo(todo, now=now)
        record_event(actor=actor, action="office.todo_added", object_ref=f"todo:{todo.code}")
    return todo


def mark_todo(*, actor: Actor, code: str, done: bool, now: datetime) -> Todo:
    """Done, or not after all. Raises AccessDenied for another's."""
    with transaction.atomic():
        todo = Todo.objects.select_for_update().filter(code=code, post_code=actor.post_code or "-").first()
        if todo is None:
            raise AccessDenied
        if (todo.done_at is not None) != done:
            todo.done_at = now if done else None
            todo.save(update_fields=["done_at"])
            close_work(kind=TODO, object_ref=f"todo:{code}", now=now) if done else show_todo(todo, now=now)
            record_event(actor=actor, action="office.todo_marked", object_ref=f"todo:{code}", detail={"done": done})
    return todo


def show_todo(todo: Todo, *, now: datetime) -> None:
    open_work(
        kind=TODO,
        object_ref=f"todo:{todo.code}",
        holder=Holder.post(todo.agency_code, todo.post_code),
        title=todo.title,
        path=reverse("office:todos"),
        due_on=todo.due_on,
        now=now,
    )


def _show_memo(memo: Memo, post_code: str, now: datetime) -> None:
    open_work(
        kind=MEMO,
        object_ref=f"memo:{memo.code}",
        holder=Holder.post(memo.agency_code, post_code),
        title=memo.title,
        path=reverse("office:memo", args=[memo.code]),
        sender=memo.author_label,
        now=now,
    )


def _me(actor: Actor) -> Holder:
    return Holder.post(actor.agency_code or "", actor.post_code or "")
