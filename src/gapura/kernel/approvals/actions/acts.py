"""What people do on a line. Each act locks the line, is judged by the one table of acts, and leaves one entry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.isolation import Scope, as_house, scoped
from gapura.foundation.texts import in_language
from gapura.kernel.approvals.actions.lines import current_version, end_line, lock_line
from gapura.kernel.approvals.actions.paths import add_entry
from gapura.kernel.approvals.actions.seats import open_next_place, seat_line
from gapura.kernel.approvals.events import LineReturned
from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep, PathEntry
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries.country import day_of
from gapura.kernel.approvals.queries.deputies import find_absence
from gapura.kernel.approvals.queries.lines import (
    WHOEVER_IS_ON_IT,
    Part,
    access_line,
    find_act,
    list_parts,
    list_steps,
    proposal_of,
)
from gapura.kernel.approvals.rules import ActRule, Party
from gapura.kernel.approvals.types import CannotDecideApproval, LineStatus, PathAct, StepStatus
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import find_holder, list_posts_named
from gapura.kernel.outbox.actions import publish

LONGEST_HOLD = timedelta(days=90)
SIGNING = frozenset({PathAct.AGREED, PathAct.OBJECTED, PathAct.APPROVED, PathAct.REJECTED})
ABOUT_BYTES = SIGNING | {PathAct.RETURNED}


@dataclass(frozen=True, slots=True)
class _Given:
    """One act on a locked line, judged: by which rule, in which part."""

    actor: Actor
    line: ApprovalLine
    act: PathAct
    part: Part
    opinion: str
    held_until: date | None
    now: datetime

    @property
    def step(self) -> ApprovalStep:
        assert self.part.step is not None
        return self.part.step


def act_on_line(
    *,
    actor: Actor,
    number: str,
    act: PathAct,
    seen_digest: str = "",
    opinion: str = "",
    held_until: date | None = None,
    now: datetime,
) -> ApprovalLine:
    """Agree, object, approve, return, reject, hold, resume, recall, hurry or acknowledge.

    ``seen_digest`` is the digest of the version that was shown: who signs about another one is refused. The last
    approval is carried out in the same transaction: both or neither. Raises AccessDenied when not on the line;
    CannotDecideApproval when it is not the actor's to do, or no longer. Publishes LineReturned and LineEnded.
    """
    access_line(actor, number)
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        line = lock_line(number)
        rule, part = _judged(actor, line, act, now)
        _require_words(rule, line, act, seen_digest, opinion)
        given = _Given(actor, line, act, part, opinion.strip(), held_until, now)
        if part.party is Party.DECIDER and given.step.read_at is None:
            given.step.read_at = now
        _DOING[act](given)
        line.revision += 1
        line.save()
        seat_line(line, now)
    return line


def _judged(actor: Actor, line: ApprovalLine, act: PathAct, now: datetime) -> tuple[ActRule, Part]:
    steps = list_steps(line)
    found = find_act(list_parts(actor, line, steps, on=day_of(now)), line, act, steps)
    if found is None:
        raise CannotDecideApproval(_why_not(actor, line, steps))
    return found


def _why_not(actor: Actor, line: ApprovalLine, steps: list[ApprovalStep]) -> str:
    if any(s.status == StepStatus.DONE and s.acted_by_person == actor.person_number for s in steps):
        return _("You have done your part on this line already; nothing was changed.")
    if line.drafter_person == actor.person_number:
        return _("You drafted this yourself; other people have to decide it.")
    if line.status != LineStatus.RUNNING:
        return _("The line does not run now: it was returned, held, or has ended. Nothing was changed.")
    return _("It is not your turn on this line, or your post may not do this. Nothing was changed.")


def _require_words(rule: ActRule, line: ApprovalLine, act: PathAct, seen_digest: str, opinion: str) -> None:
    version = current_version(line)
    if act in ABOUT_BYTES and seen_digest != version.digest:
        raise CannotDecideApproval(
            _("A newer version lies on the line than the one you were shown. Read it, then decide.")
        )
    if rule.needs_opinion and not opinion.strip():
        raise CannotDecideApproval(_("Say why, so that the others on the line know what to do."))


def _sign(given: _Given) -> None:
    """Agreed or objected: the step is done either way, and what was said stays for who decides."""
    _take_step(given)
    open_next_place(given.line, given.now)


def _approve(given: _Given) -> None:
    line = given.line
    _require_unaltered(line)
    _take_step(given)
    with scoped(Scope(agency=line.agency_code)):
        get_approval_handler(line.kind).carry_out(actor=given.actor, request=proposal_of(line), now=given.now)
    end_line(given.actor, line, LineStatus.APPROVED, given.now)


def _reject(given: _Given) -> None:
    _take_step(given)
    end_line(given.actor, given.line, LineStatus.REJECTED, given.now)


def _return(given: _Given) -> None:
    _enter(given)
    given.step.save(update_fields=["read_at"])
    _give_back(given)


def _give_back(given: _Given) -> None:
    """To who drafted. Signatures stand until a new version voids them."""
    line = given.line
    line.status = LineStatus.RETURNED.value
    ApprovalStep.objects.filter(line=line, status=StepStatus.OPEN).update(status=StepStatus.WAITING)
    handler = get_approval_handler(line.kind)
    handler.on_line_returned(actor=given.actor, request=proposal_of(line), opinion=given.opinion, now=given.now)
    publish(LineReturned(number=line.number, kind=line.kind, object_ref=line.object_ref, opinion=given.opinion))


def _hold(given: _Given) -> None:
    today = day_of(given.now)
    if given.held_until is None or not today < given.held_until <= today + LONGEST_HOLD:
        raise CannotDecideApproval(
            _("Say until which day you hold it: a day after today, at most 90 days ahead. It then runs on by itself.")
        )
    line = given.line
    line.status, line.held_since, line.held_until = LineStatus.HELD.value, today, given.held_until
    given.step.save(update_fields=["read_at"])
    _enter(given, {"held_until": given.held_until.isoformat()})


def _resume(given: _Given) -> None:
    _enter(given)
    run_again(given.line, day_of(given.now))


def run_again(line: ApprovalLine, today: date) -> None:
    """Let a held line run: its term moves by the days that it stood still."""
    if line.due_on is not None and line.held_since is not None:
        line.due_on += today - line.held_since
    line.status, line.held_since, line.held_until = LineStatus.RUNNING.value, None, None


def _recall(given: _Given) -> None:
    """Before the next one reads: a signature is taken back, or the whole line by who drafted it."""
    _enter(given)
    if given.part.step is None:
        _give_back(given)
        return
    step = given.part.step
    step.status, step.act, step.acted_at, step.acted_by_person = StepStatus.WAITING.value, "", None, None
    step.acted_by_post, step.acted_by_label, step.version, step.digest, step.opinion = "", "", None, "", ""
    step.must_acknowledge = False
    step.save()
    open_next_place(given.line, given.now)


def _hurry(given: _Given) -> None:
    given.line.urgent = True
    _enter(given)


def _acknowledge(given: _Given) -> None:
    given.step.acknowledged_at = given.now
    given.step.save(update_fields=["acknowledged_at"])
    _enter(given)


_DOING: dict[PathAct, Callable[[_Given], None]] = {
    PathAct.AGREED: _sign,
    PathAct.OBJECTED: _sign,
    PathAct.APPROVED: _approve,
    PathAct.REJECTED: _reject,
    PathAct.RETURNED: _return,
    PathAct.HELD: _hold,
    PathAct.RESUMED: _resume,
    PathAct.RECALLED: _recall,
    PathAct.HURRIED: _hurry,
    PathAct.ACKNOWLEDGED: _acknowledge,
}


def _take_step(given: _Given) -> None:
    step, version = given.step, current_version(given.line)
    step.status, step.act, step.acted_at = StepStatus.DONE.value, given.act.value, given.now
    step.acted_by_post, step.acted_by_label = given.actor.post_code or "", given.actor.label
    step.acted_by_person, step.opinion = given.actor.person_number, given.opinion
    step.version, step.digest = version.number, version.digest
    step.must_acknowledge = _is_for_absent(given)
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError as error:  # the constraints hold four eyes, whatever the table of acts said
        raise CannotDecideApproval(_("Another person has to take this step; nothing was changed.")) from error
    _enter(given)


def _is_for_absent(given: _Given) -> bool:
    """Whether somebody was stood in for who comes back: then they must acknowledge what was done."""
    step, on = given.step, day_of(given.now)
    holder = find_holder(step.post_code, on=on)
    if step.post_code == given.actor.post_code or holder is None:
        return False
    return find_absence(step.post_code, on=on, person=holder.person_number) is not None


def _enter(given: _Given, detail: dict[str, str] | None = None) -> PathEntry:
    step = given.part.step
    other = step is not None and step.post_code != given.actor.post_code
    acting_for = _title_of(step.post_code) if step is not None and other else ""
    return add_entry(
        given.actor,
        given.line,
        given.act,
        step=step,
        acting_for=acting_for,
        opinion=given.opinion,
        detail=detail,
        now=given.now,
    )


def _title_of(post_code: str) -> str:
    post = list_posts_named([post_code]).get(post_code)
    return in_language(post.title, settings.LANGUAGE_CODE)[:120] if post else post_code


def _require_unaltered(line: ApprovalLine) -> None:
    """What is carried out is what the last version's entry promised."""
    promised = (
        PathEntry.objects.filter(line=line, act__in=[PathAct.STARTED, PathAct.CHANGED]).order_by("-number").first()
    )
    if promised is None or promised.detail.get("payload_sha256") != digest(line.payload).hex():
        raise CannotDecideApproval(
            _("What was proposed has been altered in the database; report this to your security officer.")
        )
