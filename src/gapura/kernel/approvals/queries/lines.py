"""Reading lines: who may see one, what they may do on it, and which they are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gapura.foundation.isolation import as_house
from gapura.kernel.approvals.models import ApprovalLine, ApprovalStep, LineVersion, PathEntry
from gapura.kernel.approvals.permissions import can_see_line
from gapura.kernel.approvals.queries.country import list_matters
from gapura.kernel.approvals.queries.deputies import find_decider
from gapura.kernel.approvals.rules import ACTS, ActRule, Party
from gapura.kernel.approvals.types import PathAct, Proposal, StepStatus, StepTask
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied

WHOEVER_IS_ON_IT = "whoever stands on a line reads it, whatever agency drew it; the line judges"


@as_house(WHOEVER_IS_ON_IT)
def access_line(actor: Actor, number: str) -> ApprovalLine:
    """The line, if ``actor`` drafted it, has a step on it or acted on it. Raises AccessDenied, also without any."""
    line = ApprovalLine.objects.filter(number=number).first()
    if line is None or not can_see_line(actor, line, list_steps(line)):
        raise AccessDenied
    return line


@as_house("a sector asks about its own object, and judges who reads it")
def find_line(*, kind: str, object_ref: str) -> ApprovalLine | None:
    """The newest line of an object, however it ended; the caller has judged access to the object."""
    return ApprovalLine.objects.filter(kind=kind, object_ref=object_ref).order_by("-pk").first()


@as_house(WHOEVER_IS_ON_IT)
def get_path(line: ApprovalLine) -> list[PathEntry]:
    """Everything that happened on a line that was accessed, in order."""
    return list(PathEntry.objects.filter(line=line).order_by("number"))


@as_house(WHOEVER_IS_ON_IT)
def list_steps(line: ApprovalLine) -> list[ApprovalStep]:
    """The steps of a line that was accessed as they stand now, in order; removed ones too."""
    return list(ApprovalStep.objects.filter(line=line).order_by("place", "pk"))


@as_house(WHOEVER_IS_ON_IT)
def list_versions(line: ApprovalLine) -> list[LineVersion]:
    """The versions of a line that was accessed, without their bytes, in order."""
    return list(LineVersion.objects.filter(line=line).defer("content").order_by("number"))


@as_house(WHOEVER_IS_ON_IT)
def find_version(line: ApprovalLine, number: int) -> LineVersion | None:
    """One version with its bytes, of a line that was accessed."""
    return LineVersion.objects.filter(line=line, number=number).first()


def proposal_of(line: ApprovalLine) -> Proposal:
    """The line as its kind's handler knows it."""
    return Proposal(
        id=line.pk,
        kind=line.kind,
        object_ref=line.object_ref,
        case_number=line.case_number,
        summary=line.title,
        payload=line.payload,
        agency_code=line.agency_code,
        office_code=line.office_code,
        requested_at=line.started_at,
        line=line.number,
    )


@dataclass(frozen=True, slots=True)
class Part:
    """As whom an actor may act on a line, and at which step (None for who drafted it)."""

    party: Party
    step: ApprovalStep | None = None


def list_parts(actor: Actor, line: ApprovalLine, steps: Sequence[ApprovalStep], *, on: date) -> list[Part]:
    """Every part that the actor has in the line that day."""
    live = [step for step in steps if step.status != StepStatus.REMOVED]
    parts = []
    if (mine := _open_step(actor, line, live, on)) is not None:
        parts.append(Part(Party.DECIDER, mine))
    if (signed := _recallable(actor, live)) is not None:
        parts.append(Part(Party.SIGNER, signed))
    if actor.post_code == line.drafter_post:
        parts.append(Part(Party.DRAFTER))
    parts += [Part(Party.ABSENT, step) for step in live if _must_acknowledge(actor, step)]
    return parts


def find_act(
    parts: Sequence[Part], line: ApprovalLine, act: PathAct, steps: Sequence[ApprovalStep]
) -> tuple[ActRule, Part] | None:
    """The rule by which one of the parts may do the act now, and that part; None: it may not be done."""
    for rule in ACTS:
        for part in parts:
            if rule.act == act and rule.by is part.party and _fits(rule, part, line, steps):
                return rule, part
    return None


def list_acts(actor: Actor, line: ApprovalLine, *, on: date) -> list[PathAct]:
    """What the actor may do on the line that day, in the order in which a page offers it."""
    steps = list_steps(line)
    parts = list_parts(actor, line, steps, on=on)
    possible = dict.fromkeys(rule.act for rule in ACTS)
    return [act for act in possible if find_act(parts, line, act, steps)]


def find_step_decider(step: ApprovalStep, line: ApprovalLine, steps: Sequence[ApprovalStep], *, on: date) -> str | None:
    """The post that decides the step that day. Who drafted and who decided another step pass on theirs."""
    return find_decider(
        step.post_code, on=on, excluded=excluded_persons(line, steps), strategic=is_strategic(line, step)
    )


def excluded_persons(line: ApprovalLine, steps: Sequence[ApprovalStep]) -> set[str]:
    """Who may take no further step: whoever made a version, and whoever decided one."""
    makers = {version.made_by_person for version in list_versions(line)}
    return makers | {step.acted_by_person for step in steps if step.status == StepStatus.DONE and step.acted_by_person}


def is_strategic(line: ApprovalLine, step: ApprovalStep) -> bool:
    matter = list_matters().get(line.matter)
    return matter is not None and matter.strategic and step.task == StepTask.APPROVAL


def _open_step(actor: Actor, line: ApprovalLine, steps: Sequence[ApprovalStep], on: date) -> ApprovalStep | None:
    if not actor.person_number or actor.person_number in excluded_persons(line, steps):
        return None
    waiting = [step for step in steps if step.status == StepStatus.OPEN]
    own_first = sorted(waiting, key=lambda step: step.post_code != actor.post_code)
    return next((s for s in own_first if find_step_decider(s, line, steps, on=on) == actor.post_code), None)


def _recallable(actor: Actor, steps: Sequence[ApprovalStep]) -> ApprovalStep | None:
    """The step that this person signed, while nobody at a later place has read or signed."""
    mine = [s for s in steps if s.status == StepStatus.DONE and s.acted_by_person == actor.person_number]
    if not mine:
        return None
    later = [step for step in steps if step.place > mine[-1].place]
    return None if any(step.read_at or step.acted_at for step in later) else mine[-1]


def _must_acknowledge(actor: Actor, step: ApprovalStep) -> bool:
    return step.must_acknowledge and step.acknowledged_at is None and step.post_code == actor.post_code


def _fits(rule: ActRule, part: Part, line: ApprovalLine, steps: Sequence[ApprovalStep]) -> bool:
    if line.status not in rule.statuses or (part.step is not None and part.step.task not in rule.tasks):
        return False
    if rule.act is PathAct.HURRIED:
        return not line.urgent
    if rule.act is PathAct.RECALLED and rule.by is Party.DRAFTER:
        return not any(step.read_at or step.acted_at for step in steps)
    return True
