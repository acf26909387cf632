"""What a post has that somebody else would have to take over, and what was handed over before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_noop

from gapura.foundation.canonical import digest
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import get_post, list_parts_of
from gapura.kernel.identity.types import AccessDenied, Post, UnknownPost
from gapura.kernel.worklist.queries import list_held_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import HandOver, Instruction, Meeting, MemoRecipient, OfficialDocument, TaskCard, Todo
from gapura.sectors.office.queries.documents import led_units, own_units
from gapura.sectors.office.queries.work import leads
from gapura.sectors.office.types import CardState, DocumentStatus, MeetingStatus, Reach, ReaderGround

Row = TypeVar("Row", bound=Model)
TO_COME = (MeetingStatus.ASKED, MeetingStatus.CALLED)
WRITERS = (ReaderGround.DRAFTER, ReaderGround.CO_DRAFTER)
PARTS = {
    "cards": gettext_noop("Task cards"),
    "got": gettext_noop("Instructions to carry out"),
    "given": gettext_noop("Instructions to confirm"),
    "drafts": gettext_noop("Drafts"),
    "meetings": gettext_noop("Meetings to come, and to write up"),
    "memos": gettext_noop("Memos not yet read"),
    "todos": gettext_noop("Own notes"),
    "basket": gettext_noop("Everything else that waits in the basket"),
    "stays": gettext_noop("Stays: the receiver may not decide it, or stands on the line already"),
}


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything open of a post, locked where it was asked for to be moved."""

    cards: Sequence[TaskCard]
    got: Sequence[Instruction]
    given: Sequence[Instruction]
    drafts: Sequence[OfficialDocument]
    meetings: Sequence[Meeting]
    memos: Sequence[MemoRecipient]
    todos: Sequence[Todo]
    basket: Sequence[Any]

    def list_contents(self, *, is_own: bool) -> list[dict[str, Any]]:
        """Parts with their lines in words. What is private to the holder is told by its code, to who is not."""
        said = {
            "cards": [[one.code, one.title] for one in self.cards],
            "got": [[one.code, one.title] for one in self.got],
            "given": [[one.code, one.title] for one in self.given],
            "drafts": [[one.code, one.title if is_own or one.reach != Reach.NAMED else ""] for one in self.drafts],
            "meetings": [[one.code, one.title if is_own or not one.confidential else ""] for one in self.meetings],
            "memos": [[one.memo.code, one.memo.title if is_own else ""] for one in self.memos],
            "todos": [[one.code, one.title if is_own else ""] for one in self.todos],
            "basket": [[one.object_ref, one.title if is_own else ""] for one in self.basket],
        }
        return [{"code": code, "lines": lines} for code, lines in said.items() if lines]


def list_estate(source: Post, *, now: datetime, for_update: bool = False) -> Estate:
    """What is open of the post."""
    shown = {"office.milestone", "office.instruction", "office.confirm", "office.memo", "office.todo"}
    holder = Holder.post(source.agency_code, source.code)
    instructions = _locked(Instruction.objects.filter(ended_at__isnull=True).order_by("pk"), for_update)
    cards = TaskCard.objects.filter(owner_post=source.code, state=CardState.OPEN).order_by("pk")
    todos = Todo.objects.filter(post_code=source.code, done_at__isnull=True).order_by("pk")
    waiting = list_held_work(holder)
    unread = [one.object_ref.removeprefix("memo:") for one in waiting if one.kind == "office.memo"]
    memos = MemoRecipient.objects.filter(post_code=source.code, memo__code__in=unread).order_by("pk")
    return Estate(
        cards=list(_locked(cards, for_update).prefetch_related("milestones")),
        got=list(instructions.filter(handler_post=source.code)),
        given=list(instructions.filter(confirmer_post=source.code)),
        drafts=list_drafts(source.code),
        meetings=_list_meetings(source, now),
        memos=list(memos.select_related("memo")),
        todos=list(_locked(todos, for_update)),
        basket=[one for one in waiting if one.kind not in shown],
    )


def _list_meetings(source: Post, now: datetime) -> list[Meeting]:
    runs = Q(organizer_post=source.code, status__in=(*TO_COME, MeetingStatus.HELD))
    agrees = Q(approver_post=source.code, status=MeetingStatus.ASKED)
    goes = Q(guests__post_code=source.code, status__in=TO_COME, starts_at__gt=now)
    rows = Meeting.objects.filter(runs | agrees | goes, agency_code=source.agency_code)
    return list(rows.distinct().order_by("code"))


def _locked(rows: QuerySet[Row], really: bool) -> QuerySet[Row]:
    return rows.select_for_update() if really else rows


def list_drafts(post_code: str) -> list[OfficialDocument]:
    """The documents that the post writes and that are not yet registered, by code; not those it handed over."""
    written = Q(readers__holder=f"post:{post_code}", readers__ground__in=WRITERS)
    open_ones = Q(status__in=(DocumentStatus.DRAFT, DocumentStatus.ON_LINE))
    rows = OfficialDocument.objects.filter(written, open_ones).exclude(code__in=_list_given_drafts(post_code))
    return list(rows.distinct().order_by("code"))


def _list_given_drafts(post_code: str) -> set[str]:
    """Who hands a draft over stays its author, so that it is gone stands in the reports; and that it came back."""
    post, given = f"post:{post_code}", set[str]()
    for report in HandOver.objects.filter(Q(source=post) | Q(target=post)).order_by("handed_at", "pk"):
        codes = {code for part in report.contents if part["code"] == "drafts" for code, _title in part["lines"]}
        given = given | codes if report.source == post else given - codes
    return given


def digest_of(source: str, contents: Sequence[dict[str, Any]]) -> str:
    """What a preview showed, and after how many hand-overs: whoever saw another list looks again."""
    return digest({"source": source, "after": count_hand_overs(source), "contents": list(contents)}).hex()


def count_hand_overs(source: str) -> int:
    return HandOver.objects.filter(source=source).count()


def access_source(actor: Actor, post_code: str) -> Post:
    """The post whose work the official may hand over: their own, or one they lead. Raises AccessDenied."""
    try:
        post = get_post(post_code)
    except UnknownPost as error:
        raise AccessDenied from error
    if actor.kind is not ActorKind.OFFICIAL or post.agency_code != actor.agency_code:
        raise AccessDenied
    if post.code != actor.post_code and not (post.unit_code and leads(actor, post.unit_code)):
        raise AccessDenied
    return post


def list_readable_hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """Those that one gave, got or made, and those of the units one leads."""
    if actor.kind is not ActorKind.OFFICIAL:
        return HandOver.objects.none()
    mine = [f"post:{actor.post_code}", *(f"unit:{unit}" for unit in own_units(actor))]
    below = list_parts_of(led_units(actor))
    return HandOver.objects.filter(
        Q(source__in=mine) | Q(target__in=mine) | Q(source_unit__in=below) | Q(target_unit__in=below),
        agency_code=actor.agency_code,
    )


def access_hand_over(actor: Actor, code: str) -> HandOver:
    """Raises AccessDenied, also when there is none."""
    found = list_readable_hand_overs(actor).filter(code=code).first()
    if found is None:
        raise AccessDenied
    return found


def list_hand_overs(actor: Actor, *, limit: int = 50) -> list[HandOver]:
    return list(list_readable_hand_overs(actor).order_by("-handed_at", "-pk")[:limit])
