"""Drawing a line by the country's table: up the units until the rank that decides the matter, checks before it."""

from datetime import date

from django.utils.translation import gettext as _

from gapura.kernel.approvals.queries.country import list_checks, list_matters, list_ranks
from gapura.kernel.approvals.queries.deputies import list_leaders_above, rank_order
from gapura.kernel.approvals.rules import route_fault
from gapura.kernel.approvals.types import CannotChangeLine, Matter, PlannedStep, StepTask
from gapura.kernel.identity.queries import find_holder, list_posts, list_posts_named
from gapura.web.languages import localized


def plan_line(*, drafter_post: str, matter: str) -> list[PlannedStep]:
    """The line of ``matter`` for a drafter: leaders review in order, checks beside each other, one decides.

    Without a matter the nearest leader decides. Raises CannotChangeLine when nobody above may decide, or no post
    of the agency makes a check that the matter needs.
    """
    declared = get_matter(matter) if matter else None
    leaders = list_leaders_above(drafter_post)
    highest = list_ranks()[declared.decides].order if declared else rank_order("")
    decider = next((one for one in leaders if rank_order(one.rank) <= highest), None)
    if decider is None:
        raise CannotChangeLine(
            _("Nobody above your post has the rank that decides this. Draw the line yourself, to a post that has.")
        )
    below = leaders[: leaders.index(decider)]
    steps = [PlannedStep(one.code, StepTask.REVIEW, place) for place, one in enumerate(below, start=1)]
    taken = {drafter_post, decider.code, *(one.code for one in below)}
    checks = [_checked_by(code, decider.agency_code, taken) for code in (declared.checks if declared else ())]
    steps += [PlannedStep(post, StepTask.CHECK, len(below) + 1, code) for post, code in checks]
    return [*steps, PlannedStep(decider.code, StepTask.APPROVAL, len(below) + 2)]


def get_matter(code: str) -> Matter:
    """The matter of this code. Raises CannotChangeLine."""
    if code not in list_matters():
        raise CannotChangeLine(_("There is no matter of this kind in the table of matters and ranks. Choose another."))
    return list_matters()[code]


def _checked_by(check: str, agency_code: str, taken: set[str]) -> tuple[str, str]:
    role = list_checks()[check].role
    post = next(
        (one for one in list_posts(agency_code=agency_code) if role in one.roles and one.code not in taken), None
    )
    if post is None:
        title = localized(list_checks()[check].title)
        raise CannotChangeLine(
            _("The matter needs a check that no post of your agency makes: %(check)s. Ask who appoints officials.")
            % {"check": title}
        )
    taken.add(post.code)
    return post.code, check


def require_route(steps: list[PlannedStep], *, drafter_post: str, drafter: str, matter: str, on: date) -> None:
    """Raises CannotChangeLine when a line cannot be drawn so, or not in this matter."""
    if fault := route_fault(steps, drafter_post=drafter_post, checks=frozenset(list_checks())):
        raise CannotChangeLine(_route_words(fault))
    posts = list_posts_named({step.post_code for step in steps})
    unknown = sorted({step.post_code for step in steps} - set(posts))
    if unknown:
        raise CannotChangeLine(_("There is no post %(post)s. Choose one from the list.") % {"post": unknown[0]})
    _require_persons(steps, drafter, on)
    if matter:
        decider = next(step for step in steps if step.task is StepTask.APPROVAL)
        _require_matter(steps, posts[decider.post_code].rank, get_matter(matter))


def _require_persons(steps: list[PlannedStep], drafter: str, on: date) -> None:
    holders = [find_holder(step.post_code, on=on) for step in steps]
    people = [drafter, *(one.person_number for one in holders if one)]
    if len(set(people)) < len(people):
        raise CannotChangeLine(
            _("One person would stand on this line twice, by two posts. Each step needs a person of its own.")
        )


def _require_matter(steps: list[PlannedStep], rank: str, matter: Matter) -> None:
    if rank_order(rank) > list_ranks()[matter.decides].order:
        raise CannotChangeLine(
            _("This matter is decided by this rank or a higher one: %(rank)s. Name such a post for the approval.")
            % {"rank": localized(list_ranks()[matter.decides].title)}
        )
    missing = [code for code in matter.checks if code not in {step.check for step in steps}]
    if missing:
        raise CannotChangeLine(
            _("This matter needs a check that is not on the line: %(check)s.")
            % {"check": localized(list_checks()[missing[0]].title)}
        )


def _route_words(fault: str) -> str:
    return {
        "too many": _("A line has at most 40 steps."),
        "approval": _("A line ends with one approval, after all other steps."),
        "twice": _("A post stands on this line twice. Each post has one step."),
        "drafter": _("Who drafts does not decide: take your own post off the line."),
        "check": _("A check names what is checked, and only a check does."),
    }[fault]
