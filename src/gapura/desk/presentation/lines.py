"""An approval line in words and as a picture: one row a step, steps of a place forked from the trunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gapura.kernel.approvals.queries import (
    ApprovalLine,
    ApprovalStep,
    PathEntry,
    find_leader_above,
    find_step_decider,
    list_absence_reasons,
    list_checks,
    list_matters,
)
from gapura.kernel.approvals.types import LineScope, LineStatus, PathAct, StepStatus, StepTask
from gapura.kernel.identity.queries import list_posts_named
from gapura.web.languages import localized

ROW, TRUNK, FORK = 56, 18, 40
LETTERS = 30
"""Of a title in the picture; the table beside it has it whole."""

SCOPES = {
    LineScope.ON: gettext_lazy("I am on them"),
    LineScope.STARTED: gettext_lazy("I started them"),
    LineScope.UNIT: gettext_lazy("From my unit"),
    LineScope.ACKNOWLEDGE: gettext_lazy("To acknowledge"),
}
STATUSES = {
    LineStatus.RUNNING: (gettext_lazy("Under way"), "info"),
    LineStatus.HELD: (gettext_lazy("On hold"), "warning"),
    LineStatus.RETURNED: (gettext_lazy("Returned"), "warning"),
    LineStatus.APPROVED: (gettext_lazy("Approved"), "success"),
    LineStatus.REJECTED: (gettext_lazy("Rejected"), "danger"),
    LineStatus.WITHDRAWN: (gettext_lazy("Taken back"), "neutral"),
}
TASKS = {
    StepTask.REVIEW: gettext_lazy("Review"),
    StepTask.COOPERATION: gettext_lazy("Cooperation"),
    StepTask.CHECK: gettext_lazy("Check"),
    StepTask.APPROVAL: gettext_lazy("Approval"),
}
HAPPENED = {
    PathAct.STARTED: gettext_lazy("Started"),
    PathAct.READ: gettext_lazy("Opened"),
    PathAct.AGREED: gettext_lazy("Agreed"),
    PathAct.OBJECTED: gettext_lazy("Objected"),
    PathAct.APPROVED: gettext_lazy("Approved"),
    PathAct.REJECTED: gettext_lazy("Rejected"),
    PathAct.RETURNED: gettext_lazy("Returned"),
    PathAct.RECALLED: gettext_lazy("Recalled"),
    PathAct.CHANGED: gettext_lazy("New version"),
    PathAct.HELD: gettext_lazy("Put on hold"),
    PathAct.RESUMED: gettext_lazy("Goes on"),
    PathAct.REROUTED: gettext_lazy("Route changed"),
    PathAct.HURRIED: gettext_lazy("Made urgent"),
    PathAct.WITHDRAWN: gettext_lazy("Taken back"),
    PathAct.ACKNOWLEDGED: gettext_lazy("Acknowledged"),
}
OFFERED = {
    PathAct.AGREED: (gettext_lazy("Agree"), gettext_lazy("It goes on to the next.")),
    PathAct.OBJECTED: (
        gettext_lazy("Object"),
        gettext_lazy("It goes on, and whoever decides reads your objection."),
    ),
    PathAct.APPROVED: (gettext_lazy("Approve"), gettext_lazy("It takes effect at once.")),
    PathAct.RETURNED: (gettext_lazy("Return for rework"), gettext_lazy("Who drafted it sends a new version.")),
    PathAct.HELD: (gettext_lazy("Hold"), gettext_lazy("The clock stops until the day you name.")),
    PathAct.REJECTED: (gettext_lazy("Reject"), gettext_lazy("It ends here.")),
    PathAct.RESUMED: (gettext_lazy("Let it go on"), gettext_lazy("The hold ends now.")),
    PathAct.RECALLED: (gettext_lazy("Recall"), gettext_lazy("Possible until the next one opens it.")),
    PathAct.HURRIED: (gettext_lazy("Make urgent"), gettext_lazy("It is marked in every basket.")),
    PathAct.ACKNOWLEDGED: (
        gettext_lazy("Acknowledge"),
        gettext_lazy("You have read what was decided in your place."),
    ),
    PathAct.WITHDRAWN: (gettext_lazy("Take back for good"), gettext_lazy("The line ends without a decision.")),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step, ready to read and to draw. ``who``: who did it, or whose turn it is in the place of another."""

    order: int
    title: str
    short: str
    task: str
    status: str
    tone: str
    who: str
    at: datetime | None
    opinion: str
    y: int
    forked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows with what the drawing needs: its height, the trunk's end, and the forks as pairs of rows."""

    rows: tuple[StepRow, ...]
    height: int
    forks: tuple[tuple[int, int], ...]

    @property
    def end(self) -> int:
        return self.rows[-1].y


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the path in the reader's words."""

    number: int
    act: str
    at: datetime
    who: str
    acting_for: str
    task: str
    opinion: str
    version: int
    digest: str


def draw_line(line: ApprovalLine, steps: Sequence[ApprovalStep], *, today: date) -> Picture:
    """The steps that stand, as rows and forks."""
    live = [step for step in steps if step.status != StepStatus.REMOVED]
    titles = titles_of({code for step in live for code in (step.post_code, step.acting_post) if code})
    places = [step.place for step in live]
    rows = tuple(
        _step_row(line, step, live, titles, place=index, forked=places.count(step.place) > 1, today=today)
        for index, step in enumerate(live)
    )
    return Picture(rows, ROW * len(rows) + 8, _forks(places))


def _forks(places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """From where to where each place of several steps reaches down."""
    several = sorted({place for place in places if places.count(place) > 1})
    ends = [(places.index(place), places.index(place) + places.count(place) - 1) for place in several]
    return tuple((_middle(first), _middle(last)) for first, last in ends)


def _middle(index: int) -> int:
    return ROW * index + ROW // 2


def _step_row(
    line: ApprovalLine,
    step: ApprovalStep,
    live: Sequence[ApprovalStep],
    titles: Mapping[str, str],
    *,
    place: int,
    forked: bool,
    today: date,
) -> StepRow:
    title = titles.get(step.post_code, step.post_code)
    status, tone = _step_status(line, step)
    return StepRow(
        order=step.place,
        title=title,
        short=title if len(title) <= LETTERS else f"{title[: LETTERS - 1]}…",
        task=task_words(step.task, step.check_code),
        status=status,
        tone=tone,
        who=_who(line, step, live, titles, today),
        at=step.acted_at or step.read_at,
        opinion=step.opinion,
        y=_middle(place),
        forked=forked,
    )


def _step_status(line: ApprovalLine, step: ApprovalStep) -> tuple[str, str]:
    if step.status == StepStatus.DONE:
        tone = {PathAct.OBJECTED: "warning", PathAct.REJECTED: "danger"}.get(PathAct(step.act), "success")
        return str(HAPPENED[PathAct(step.act)]), tone
    if step.status == StepStatus.OPEN:
        return (_("Opened"), "info") if step.read_at else (_("Not opened yet"), "info")
    return _("Waiting"), "neutral"


def _who(
    line: ApprovalLine, step: ApprovalStep, live: Sequence[ApprovalStep], titles: Mapping[str, str], today: date
) -> str:
    if step.status == StepStatus.DONE:
        other = step.acted_by_post != step.post_code
        return _("%(who)s in their place") % {"who": step.acted_by_label} if other else ""
    if step.status != StepStatus.OPEN:
        return ""
    decider = find_step_decider(step, line, live, on=today)
    if decider == step.post_code:
        return ""
    if decider is not None:
        return _("%(who)s in their place") % {"who": titles_of({decider})[decider]}
    leader = find_leader_above(step.post_code)
    if leader is None:
        return _("Nobody can decide now: whoever stands in is away too. Change the route.")
    return _(
        "Nobody can decide now: whoever stands in is away too. Ask %(leader)s to name another, or change the route."
    ) % {"leader": titles_of({leader})[leader]}


def present_entry(entry: PathEntry) -> EntryRow:
    return EntryRow(
        number=entry.number,
        act=str(HAPPENED[PathAct(entry.act)]),
        at=entry.at,
        who=_("The system") if not entry.post_code else entry.label,
        acting_for=entry.acting_for,
        task=task_words(entry.task, entry.check_code) if entry.task else "",
        opinion=entry.opinion,
        version=entry.version,
        digest=entry.digest,
    )


def task_words(task: str, check: str) -> str:
    """``Review``, or the title of the check."""
    checks = list_checks()
    return localized(checks[check].title) if check in checks else str(TASKS[StepTask(task)])


def matter_words(code: str) -> str:
    return localized(list_matters()[code].title) if code in list_matters() else ""


def reason_words(code: str) -> str:
    reasons = list_absence_reasons()
    return localized(reasons[code].title) if code in reasons else code


def titles_of(codes: set[str]) -> dict[str, str]:
    """The posts' titles in the reader's language, by code."""
    return {code: localized(post.title) for code, post in list_posts_named(codes).items()}
