"""Task cards, instructions and reports as pages show them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.identity.types import Post, Unit
from gapura.sectors.office.models import CardEntry, Milestone, TaskCard
from gapura.sectors.office.queries.cards import list_plan
from gapura.sectors.office.types import (
    CardAct,
    CardState,
    HandOverReason,
    InstructionAct,
    InstructionState,
    WeeklyState,
)
from gapura.web.languages import localized

Words = Mapping[str, Promise]
CARD_STATES: Mapping[str, tuple[Promise, str]] = {
    CardState.OPEN: (_("In progress"), "info"),
    CardState.DONE: (_("Done"), "success"),
    CardState.DROPPED: (_("Ended without result"), "neutral"),
}
LATE = (_("Late"), "danger")
INSTRUCTION_STATES: Mapping[str, tuple[Promise, str]] = {
    InstructionState.ISSUED: (_("Issued"), "info"),
    InstructionState.ACCEPTED: (_("Accepted"), "info"),
    InstructionState.IN_PROGRESS: (_("In progress"), "info"),
    InstructionState.DONE: (_("Done, to be confirmed"), "warning"),
    InstructionState.CONFIRMED: (_("Confirmed"), "success"),
    InstructionState.WITHDRAWN: (_("Withdrawn"), "neutral"),
}
WEEKLY_STATES: Mapping[str, tuple[Promise, str]] = {
    WeeklyState.DRAFT: (_("Being written"), "info"),
    WeeklyState.SUBMITTED: (_("Waits for approval"), "warning"),
    WeeklyState.APPROVED: (_("Approved"), "success"),
}
CARD_ACTS: Words = {
    CardAct.OPENED: _("Card opened"),
    CardAct.CHANGED: _("Changed"),
    CardAct.PLANNED: _("Milestone planned"),
    CardAct.REACHED: _("Milestone reached"),
    CardAct.UNREACHED: _("Milestone not reached after all"),
    CardAct.UNPLANNED: _("Milestone taken out of the plan"),
    CardAct.LINKED: _("Linked"),
    CardAct.HANDED_OVER: _("Handed over"),
    CardAct.MOVED: _("Moved with its unit"),
    CardAct.CLOSED: _("Closed"),
}
INSTRUCTION_ACTS: Words = {
    InstructionAct.ISSUED: _("Issued"),
    InstructionAct.ACCEPTED: _("Accepted"),
    InstructionAct.REPORTED: _("Progress reported"),
    InstructionAct.FINISHED: _("Reported as done"),
    InstructionAct.CONFIRMED: _("Confirmed"),
    InstructionAct.SENT_BACK: _("Sent back"),
    InstructionAct.WITHDRAWN: _("Withdrawn"),
    InstructionAct.POSTPONED: _("Postponed"),
    InstructionAct.PASSED_ON: _("A part was passed on"),
    InstructionAct.HANDED_OVER: _("Handed over"),
}
MOVE_BUTTONS: Words = {
    InstructionAct.ACCEPTED: _("Accept"),
    InstructionAct.REPORTED: _("Report progress"),
    InstructionAct.FINISHED: _("Report as done"),
    InstructionAct.CONFIRMED: _("Confirm"),
    InstructionAct.SENT_BACK: _("Send back"),
    InstructionAct.POSTPONED: _("Postpone"),
    InstructionAct.WITHDRAWN: _("Withdraw"),
}
REASONS: Words = {
    HandOverReason.TRANSFER: _("Change of post"),
    HandOverReason.LEAVING: _("Leaving"),
    HandOverReason.HELP: _("Part of the work"),
    HandOverReason.MERGER: _("Units merged"),
}
PART_NAMES: Words = {
    "title": _("Title"),
    "task_code": _("Unit task"),
    "results": _("Results"),
    "quality": _("Quality"),
    "publicity": _("Publicity"),
    "customers": _("For whom"),
    "begins_on": _("Begins on"),
    "due_on": _("Ends on"),
    "owner": _("Owner"),
    "milestone": _("Milestone"),
    "unit": _("Unit"),
    "ref": _("Linked"),
    "state": _("State"),
}
WIDTH = 360
"""Of a chart, in the units of its picture."""


def post_choices(posts: Iterable[Post]) -> list[tuple[str, str]]:
    return [(post.code, localized(post.title)) for post in posts]


def unit_choices(units: Iterable[Unit]) -> list[tuple[str, str]]:
    return [(unit.code, localized(unit.title)) for unit in units]


def name_posts(codes: Iterable[str]) -> dict[str, str]:
    """Titles of the posts in the reader's language, by code; what is unknown keeps its code."""
    wanted = set(codes)
    known = list_posts_named(wanted)
    return {code: localized(known[code].title) if code in known else code for code in wanted}


def card_mark(card: TaskCard, today: date) -> tuple[Promise, str]:
    """The state as words and tone; open past its term is late."""
    return LATE if card.state == CardState.OPEN and card.due_on < today else CARD_STATES[card.state]


def milestone_mark(milestone: Milestone, today: date) -> tuple[Promise, str]:
    if milestone.done_on is not None:
        late = milestone.done_on > milestone.due_on
        return (_("Reached late"), "warning") if late else (_("Reached"), "success")
    return LATE if milestone.due_on < today else (_("Planned"), "info")


def present_plan(card: TaskCard, *, today: date) -> dict[str, Any]:
    """The plan as a picture over the card's term, and as rows of a table."""
    begin, days = card.begins_on, max((card.due_on - card.begins_on).days, 1)

    def place(day: date) -> float:
        return min(max(WIDTH * (day - begin).days / days, 0), WIDTH)

    rows = []
    for one in list_plan(card):
        words, tone = milestone_mark(one, today)
        rows.append(
            {
                "milestone": one,
                "mark": (words, tone),
                "due": place(one.due_on),
                "done": place(one.done_on) if one.done_on else None,
                "late": tone == "danger",
            }
        )
    return {"rows": rows, "today": place(today) if begin <= today <= card.due_on else None}


def present_entry(entry: CardEntry) -> dict[str, Any]:
    """A line of the history: what, when, who, and what was before."""
    changes = [
        (PART_NAMES.get(part, part), *values) for part, values in entry.detail.items() if isinstance(values, list)
    ]
    said = [str(value) for part, value in entry.detail.items() if isinstance(value, str) and part != "state"]
    return {"act": CARD_ACTS[entry.act], "entry": entry, "changes": changes, "said": " · ".join(said)}
