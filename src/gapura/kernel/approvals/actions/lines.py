"""Drawing a line, changing what lies on it and who stands on it, and taking it back."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.canonical import digest
from gapura.foundation.codes import new_code
from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.actions.paths import add_entry, seal_path
from gapura.kernel.approvals.actions.seats import open_next_place, seat_line
from gapura.kernel.approvals.events import LineEnded
from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep, LineVersion
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.queries.country import day_of
from gapura.kernel.approvals.queries.lines import WHOEVER_IS_ON_IT, access_line, list_parts, list_steps, proposal_of
from gapura.kernel.approvals.queries.planning import require_route
from gapura.kernel.approvals.rules import Party, is_open, numbered
from gapura.kernel.approvals.types import (
    OPEN_LINES,
    CannotChangeLine,
    LineContent,
    LineStatus,
    PathAct,
    PlannedStep,
    StepStatus,
    StepTask,
)
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import list_posts_named
from gapura.kernel.outbox.actions import publish


def start_line(
    *,
    actor: Actor,
    kind: str,
    object_ref: str,
    title: str,
    payload: Mapping[str, Any],
    content: LineContent,
    steps: Sequence[PlannedStep],
    matter: str = "",
    urgent: bool = False,
    due_on: date | None = None,
    case_number: str = "",
    now: datetime,
) -> ApprovalLine:
    """Put an object on a line: ``content`` is what everybody reads and signs, ``payload`` what is carried out.

    Raises CannotChangeLine when the line cannot be drawn so, the matter asks for another rank or a check, the
    object is on a line already, or the actor is not proven to be a person.
    """
    get_approval_handler(kind)
    route, on = numbered(steps), day_of(now)
    post_code, person = _drafter(actor)
    require_route(route, drafter_post=post_code, drafter=person, matter=matter, on=on)
    line = ApprovalLine(
        number=new_code(11),
        kind=kind,
        object_ref=object_ref,
        case_number=case_number,
        title=title[:200],
        payload=dict(payload),
        matter=matter,
        urgent=urgent,
        agency_code=actor.agency_code or "",
        office_code=actor.office_code or "",
        unit_code=actor.unit_code,
        drafter_post=post_code,
        drafter_label=actor.label,
        drafter_person=person,
        started_at=now,
        due_on=due_on,
    )
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        _store_once(line)
        _add_version(actor, line, content, "", now)
        _add_steps(line, route)
        add_entry(actor, line, PathAct.STARTED, detail=_promise(line) | _route_words(line), now=now)
        open_next_place(line, now)
        seat_line(line, now)
    return line


def renew_line(
    *, actor: Actor, number: str, content: LineContent, payload: Mapping[str, Any], note: str, now: datetime
) -> ApprovalLine:
    """A new version, from who drafts: every signature is void and the line runs from its first step again.

    One that was returned also whoever the kind's handler lets rework it. Raises AccessDenied; CannotChangeLine when
    the line has ended, it is not the actor's, the actor has signed on it, or nothing was changed while it runs.
    """
    _access_to_renew(actor, number)
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        line = lock_line(number)
        if not _reworks(actor, line):
            _require_drafter(actor, line)
        same = _digest(content) == current_version(line).digest and dict(payload) == line.payload
        if same and line.status != LineStatus.RETURNED:
            raise CannotChangeLine(_("Nothing was changed, so the signatures stand. Change something, or let it run."))
        if any(step.acted_by_person == actor.person_number for step in list_steps(line)):
            raise CannotChangeLine(_("You have signed on this line; whoever changes a text does not sign it."))
        line.version, line.payload, line.drafter_person = line.version + 1, dict(payload), actor.person_number or ""
        _add_version(actor, line, content, note, now)
        _void_signatures(line)
        _run(line)
        add_entry(actor, line, PathAct.CHANGED, opinion=note, detail=_promise(line), now=now)
        open_next_place(line, now)
        _finish(line, now)
    return line


def withdraw_line(*, actor: Actor, number: str, opinion: str, now: datetime) -> ApprovalLine:
    """Take the object back for good, from who drafts, with the reason. Publishes LineEnded.

    Raises AccessDenied; CannotChangeLine when it has ended, is not the actor's, or no reason is given.
    """
    access_line(actor, number)
    if not opinion.strip():
        raise CannotChangeLine(_("Say why you take it back, so that everybody on the line knows."))
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        line = lock_line(number)
        _require_drafter(actor, line)
        add_entry(actor, line, PathAct.WITHDRAWN, opinion=opinion.strip(), now=now)
        end_line(actor, line, LineStatus.WITHDRAWN, now)
        _finish(line, now)
    return line


def reroute_line(
    *, actor: Actor, number: str, steps: Sequence[PlannedStep], opinion: str, now: datetime
) -> ApprovalLine:
    """Redraw what is still to come, from who drafts or whose turn it is; steps that are done stay.

    ``steps`` are all that are not done, in their order. Raises AccessDenied, and CannotChangeLine as start_line does.
    """
    access_line(actor, number)
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        line = lock_line(number)
        old = list_steps(line)
        parts = {part.party for part in list_parts(actor, line, old, on=day_of(now))}
        if not is_open(line.status) or not parts & {Party.DRAFTER, Party.DECIDER}:
            raise CannotChangeLine(
                _("Only who drafted the line, or whose turn it is, changes its route while it runs.")
            )
        done = [step for step in old if step.status == StepStatus.DONE]
        route = numbered(steps, after=max((step.place for step in done), default=0))
        _require_whole(line, done, route, day_of(now))
        _replace_steps(line, old, route)
        add_entry(actor, line, PathAct.REROUTED, opinion=opinion.strip(), detail=_route_words(line), now=now)
        if line.status != LineStatus.RETURNED:
            open_next_place(line, now)
        _finish(line, now)
    return line


def read_line(*, actor: Actor, number: str, now: datetime) -> None:
    """Note that whose turn it is has opened the line: from now on it can no longer be recalled. The first time counts.

    Raises AccessDenied. Whoever only looks leaves nothing behind.
    """
    line = access_line(actor, number)
    if _unread(actor, line, now) is None:
        return
    with as_house(WHOEVER_IS_ON_IT), transaction.atomic():
        line = lock_line(number)
        step = _unread(actor, line, now)
        if step is not None:
            step.read_at = now
            step.save(update_fields=["read_at"])
            add_entry(actor, line, PathAct.READ, step=step, now=now)
            _finish(line, now)


def lock_line(number: str) -> ApprovalLine:
    """The line, until the end of the transaction nobody else's: of two who act at once, one waits here."""
    return ApprovalLine.objects.select_for_update().get(number=number)


def end_line(actor: Actor, line: ApprovalLine, status: LineStatus, now: datetime) -> None:
    """Close the locked line after its last entry: seal the path, tell the sector. Publishes LineEnded."""
    line.status, line.ended_at, line.held_since, line.held_until = status.value, now, None, None
    line.seal = seal_path(line)
    ApprovalStep.objects.filter(line=line, status=StepStatus.OPEN).update(status=StepStatus.WAITING)
    get_approval_handler(line.kind).on_line_ended(actor=actor, request=proposal_of(line), status=status, now=now)
    publish(LineEnded(number=line.number, kind=line.kind, object_ref=line.object_ref, status=status.value))


def current_version(line: ApprovalLine) -> LineVersion:
    return LineVersion.objects.get(line=line, number=line.version)


def _drafter(actor: Actor) -> tuple[str, str]:
    """Post and person of who draws a line. Raises CannotChangeLine when the account is nobody for sure."""
    if not actor.person_number or not actor.post_code:
        raise CannotChangeLine(
            _("Your account is not proven to be a person, so nobody can be sure that two people decide.")
        )
    return actor.post_code, actor.person_number


def _finish(line: ApprovalLine, now: datetime) -> None:
    line.revision += 1
    line.save()
    seat_line(line, now)


def _unread(actor: Actor, line: ApprovalLine, now: datetime) -> ApprovalStep | None:
    if line.status not in OPEN_LINES:
        return None
    with as_house(WHOEVER_IS_ON_IT):
        parts = list_parts(actor, line, list_steps(line), on=day_of(now))
    step = next((part.step for part in parts if part.party is Party.DECIDER), None)
    return step if step is not None and step.read_at is None else None


def _store_once(line: ApprovalLine) -> None:
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError as error:
        raise CannotChangeLine(
            _("The same thing is on a line already; wait until it ends, or take it back there.")
        ) from error


def _add_version(actor: Actor, line: ApprovalLine, content: LineContent, note: str, now: datetime) -> None:
    LineVersion.objects.create(
        line=line,
        number=line.version,
        media_type=content.media_type,
        content=content.content,
        digest=_digest(content),
        made_by_person=actor.person_number or "",
        made_by_label=actor.label,
        made_at=now,
        note=note,
    )


def _digest(content: LineContent) -> str:
    return hashlib.sha256(content.content).hexdigest()


def _add_steps(line: ApprovalLine, route: Sequence[PlannedStep]) -> None:
    posts = list_posts_named({step.post_code for step in route})
    for step in route:
        ApprovalStep.objects.create(
            line=line,
            place=step.place,
            task=step.task.value,
            check_code=step.check,
            post_code=step.post_code,
            agency_code=posts[step.post_code].agency_code,
            office_code=posts[step.post_code].office_code,
            drafter_person=line.drafter_person,
        )


def _replace_steps(line: ApprovalLine, old: Sequence[ApprovalStep], route: Sequence[PlannedStep]) -> None:
    """Steps that stay keep that they were read; the approval is removed first, there is never a second one."""
    wanted = {step.post_code: step for step in route}
    for step in old:
        planned = wanted.get(step.post_code)
        if step.status in (StepStatus.DONE, StepStatus.REMOVED):
            continue
        if planned is not None and (planned.task, planned.check) == (step.task, step.check_code):
            step.place = wanted.pop(step.post_code).place
        else:
            step.status = StepStatus.REMOVED.value
        step.save(update_fields=["place", "status"])
    _add_steps(line, [step for step in route if step.post_code in wanted])


def _require_whole(line: ApprovalLine, done: Sequence[ApprovalStep], route: list[PlannedStep], on: date) -> None:
    """The whole line, what is done and what is to come, is one that could have been drawn."""
    before = [PlannedStep(step.post_code, StepTask(step.task), step.place, step.check_code) for step in done]
    require_route(
        [*before, *route], drafter_post=line.drafter_post, drafter=line.drafter_person, matter=line.matter, on=on
    )


def _void_signatures(line: ApprovalLine) -> None:
    """What was signed was another version: the steps are to be done again, the path remembers what they said."""
    live = ApprovalStep.objects.filter(line=line).exclude(status=StepStatus.REMOVED)
    live.update(
        status=StepStatus.WAITING,
        opened_at=None,
        read_at=None,
        act="",
        acted_at=None,
        acted_by_post="",
        acted_by_label="",
        acted_by_person=None,
        drafter_person=line.drafter_person,
        version=None,
        digest="",
        opinion="",
    )


def _run(line: ApprovalLine) -> None:
    line.status, line.held_since, line.held_until = LineStatus.RUNNING.value, None, None


def _require_drafter(actor: Actor, line: ApprovalLine) -> None:
    if actor.post_code != line.drafter_post or not actor.person_number:
        raise CannotChangeLine(_("Only the post that drafted the line does this."))
    if not is_open(line.status):
        raise CannotChangeLine(_("The line has ended; nothing on it changes any more."))


@as_house(WHOEVER_IS_ON_IT)
def _access_to_renew(actor: Actor, number: str) -> None:
    line = ApprovalLine.objects.filter(number=number).first()
    if line is None or not _reworks(actor, line):
        access_line(actor, number)


def _reworks(actor: Actor, line: ApprovalLine) -> bool:
    """Whether somebody who writes along has a returned line in hand."""
    return (
        line.status == LineStatus.RETURNED
        and bool(actor.person_number and actor.post_code)
        and get_approval_handler(line.kind).can_renew(actor=actor, request=proposal_of(line))
    )


def _promise(line: ApprovalLine) -> dict[str, Any]:
    """What is carried out in the end, bound into the chain."""
    return {"payload_sha256": digest(line.payload).hex()}


def _route_words(line: ApprovalLine) -> dict[str, Any]:
    """The route as drawn, in words that need no other table."""
    steps = [step for step in list_steps(line) if step.status != StepStatus.REMOVED]
    posts = list_posts_named({step.post_code for step in steps})
    return {
        "route": [
            {
                "place": step.place,
                "task": step.task,
                "check": step.check_code,
                "post": step.post_code,
                "title": posts[step.post_code].title,
            }
            for step in steps
        ]
    }
