"""A kind of approval that only remembers, officials and a ministry to try it with. For tests only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from gapura.foundation.canonical import canonical_bytes
from gapura.kernel.approvals import plugin
from gapura.kernel.approvals.actions import start_line
from gapura.kernel.approvals.models import Absence as Absence
from gapura.kernel.approvals.models import ApprovalLine as ApprovalLine
from gapura.kernel.approvals.models import ApprovalRequest as ApprovalRequest
from gapura.kernel.approvals.models import ApprovalStep as ApprovalStep
from gapura.kernel.approvals.models import PathEntry as PathEntry
from gapura.kernel.approvals.types import CannotDecideApproval, LineContent, LineStatus, PlannedStep, Proposal, StepTask
from gapura.kernel.audit.types import Actor, ActorKind, system_actor
from gapura.kernel.identity.actions import appoint_official, create_post, create_unit, place_post
from gapura.kernel.identity.queries import Account, list_capacities
from gapura.kernel.identity.testing import make_resident


class MemoryHandler(plugin.ApprovalHandler):
    """Remembers what was carried out; refuses while ``is_late``. ``writers``: posts that rework along."""

    kind = "test.memory"

    def __init__(self) -> None:
        self.carried_out: list[Proposal] = []
        self.ended: list[tuple[str, LineStatus]] = []
        self.returned: list[tuple[str, str]] = []
        self.is_late = False
        self.writers: set[str] = set()

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        if self.is_late:
            raise CannotDecideApproval("The world has changed.")
        self.carried_out.append(request)

    def get_title(self) -> str:
        return "Something to remember"

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        return [(name, str(value)) for name, value in request.payload.items()]

    def can_renew(self, *, actor: Actor, request: Proposal) -> bool:
        return actor.post_code in self.writers

    def on_line_ended(self, *, actor: Actor, request: Proposal, status: LineStatus, now: datetime) -> None:
        self.ended.append((request.line, status))

    def on_line_returned(self, *, actor: Actor, request: Proposal, opinion: str, now: datetime) -> None:
        self.returned.append((request.line, opinion))


@contextmanager
def memory_handler() -> Iterator[MemoryHandler]:
    """The kind ``test.memory`` inside the block."""
    handler = MemoryHandler()
    plugin.register_approval_handler(handler)
    try:
        yield handler
    finally:
        del plugin._handlers[handler.kind]


def official(
    person_number: str | None = "3171016003850002",
    *,
    roles: Sequence[str] = ("civil.supervisor",),
    agency_code: str = "dukcapil",
    office_code: str = "31.71",
    account_id: int = 1,
    post: str = "supervisor",
) -> Actor:
    """An official in a post, as the sign-in would prove them."""
    return Actor(
        kind=ActorKind.OFFICIAL,
        label=post.title(),
        account_id=account_id,
        person_number=person_number,
        post_code=f"{agency_code}/{office_code}/{post}",
        agency_code=agency_code,
        office_code=office_code,
        roles=frozenset(roles),
    )


NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
MINISTRY, SERVICES, STANDARDS = "kemenpan-rb/ministry", "kemenpan-rb/services", "kemenpan-rb/services/standards"
LEGAL, ELSEWHERE = "kemenpan-rb/legal", "komdigi/applications"
_UNITS = {MINISTRY: "", SERVICES: MINISTRY, STANDARDS: SERVICES, LEGAL: MINISTRY, ELSEWHERE: ""}
_POSTS = {  # name: unit, rank, roles
    "analyst": (STANDARDS, "staff", ()),
    "colleague": (STANDARDS, "staff", ()),
    "head": (STANDARDS, "administrator", ()),
    "director": (SERVICES, "leader", ()),
    "secretary": (SERVICES, "expert", ()),
    "lawyer": (LEGAL, "expert", ("approvals.law",)),
    "treasurer": (LEGAL, "expert", ("approvals.budget",)),
    "minister": (MINISTRY, "minister", ()),
    "neighbor": (ELSEWHERE, "administrator", ()),
}


@dataclass
class Ministry:
    """A ministry of three floors, its bureau of law, and a neighbor of another agency."""

    people: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]

    def post(self, name: str) -> str:
        """The code of somebody's post."""
        return str(self.people[name].post_code)


def make_ministry() -> Ministry:
    """Units, posts and one person in each, with an account called as the post."""
    house, ministry = system_actor("test"), Ministry()
    for code, parent in _UNITS.items():
        titles = dict.fromkeys(("id", "en", "ko"), code.split("/")[-1].title())
        create_unit(actor=house, code=code, agency_code=code.split("/")[0], office_code="", title=titles, parent=parent)
    for number, (name, (unit, rank, roles)) in enumerate(_POSTS.items(), start=1):
        post = make_post(name, unit=unit, rank=rank, roles=roles)
        ministry.people[name] = hold_post(post, name, f"31710160038600{number:02}")
    return ministry


def make_post(name: str, *, unit: str, rank: str, roles: Sequence[str] = ()) -> str:
    """A post of a unit that nobody holds yet; its code."""
    house, agency = system_actor("test"), unit.split("/")[0]
    titles = dict.fromkeys(("id", "en", "ko"), name.title())
    code = f"{agency}//{name}"
    create_post(
        actor=house, code=code, agency_code=agency, office_code="", title=titles, roles=[*roles, "office.clerk"]
    )
    place_post(actor=house, code=code, unit_code=unit, rank=rank)
    return code


def hold_post(post_code: str, login: str, person_number: str) -> Actor:
    """A new account of the person, in the post."""
    account = make_resident(login, person_number=person_number, with_authenticator=True)
    appoint_official(
        actor=system_actor("test"),
        account_id=account.pk,
        post_code=post_code,
        valid_from=date(2020, 1, 1),
        valid_until=None,
    )
    account.refresh_from_db()
    capacities = list_capacities(account, on=NOW.date())
    return next(one.actor for one in capacities if one.actor.post_code == post_code)


def appoint_also(actor: Actor, post_code: str) -> Actor:
    """The same person in a further post."""
    account = Account.objects.get(pk=actor.account_id)
    appoint_official(
        actor=system_actor("test"),
        account_id=account.pk,
        post_code=post_code,
        valid_from=date(2026, 1, 1),
        valid_until=None,
    )
    account.refresh_from_db()
    capacities = list_capacities(account, on=NOW.date())
    return next(one.actor for one in capacities if one.actor.post_code == post_code)


def content_of(words: str) -> LineContent:
    """Bytes to put on a line."""
    return LineContent("application/json", canonical_bytes({"words": words}))


def make_line(ministry: Ministry, *, now: datetime = NOW, **chosen: Any) -> ApprovalLine:
    """A line of the analyst: the head reviews, lawyer and neighbor beside each other, the director decides."""
    given: dict[str, Any] = {
        "actor": ministry["analyst"],
        "kind": "test.memory",
        "object_ref": "thing:1",
        "title": "A thing",
        "payload": {"colour": "teal"},
        "content": content_of("teal"),
        "steps": [
            PlannedStep(ministry.post("head"), StepTask.REVIEW, 1),
            PlannedStep(ministry.post("lawyer"), StepTask.CHECK, 2, "law"),
            PlannedStep(ministry.post("neighbor"), StepTask.COOPERATION, 2),
            PlannedStep(ministry.post("director"), StepTask.APPROVAL, 3),
        ],
    }
    return start_line(**given | chosen, now=now)
