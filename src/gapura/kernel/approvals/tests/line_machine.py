"""Whatever people do with a line, in whatever order, while colleagues go away, leave, and units merge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gapura.foundation import clock
from gapura.kernel.approvals import actions, subscribers
from gapura.kernel.approvals.queries import get_path, list_acts, list_line_faults, list_steps
from gapura.kernel.approvals.queries.country import day_of
from gapura.kernel.approvals.testing import (
    NOW,
    SERVICES,
    STANDARDS,
    Absence,
    ApprovalLine,
    ApprovalStep,
    MemoryHandler,
    Ministry,
    PathEntry,
    content_of,
    make_line,
)
from gapura.kernel.approvals.types import (
    CannotChangeLine,
    CannotDecideApproval,
    CannotEnterAbsence,
    PathAct,
    PlannedStep,
    StepTask,
)
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import appoint_official, end_appointment, merge_units
from gapura.kernel.identity.events import AppointmentEnded, OfficialAppointed, UnitsMerged
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.worklist.queries import find_open_work

HOUSE = system_actor("test")
REFUSED = (AccessDenied, CannotChangeLine, CannotDecideApproval, CannotEnterAbsence)
SIGNING = {PathAct.AGREED, PathAct.OBJECTED, PathAct.APPROVED, PathAct.REJECTED}

# Written a second time, from the law and not from the code: who leads whom, and what may follow what.
LEADERS = {
    "analyst": "head",
    "colleague": "head",
    "head": "director",
    "secretary": "director",
    "director": "minister",
    "lawyer": "minister",
    "treasurer": "minister",
}
AFTER_MERGER = {**LEADERS, "analyst": "director", "colleague": "director"}
LAWFUL = {
    PathAct.AGREED: ("running", "running"),
    PathAct.OBJECTED: ("running", "running"),
    PathAct.APPROVED: ("running", "approved"),
    PathAct.REJECTED: ("running", "rejected"),
    PathAct.RETURNED: ("running", "returned"),
    PathAct.HELD: ("running", "held"),
    PathAct.RESUMED: ("held", "running"),
}
Route = list[tuple[str, StepTask, int, str]]
ROUTES: list[Route] = [
    [
        ("head", StepTask.REVIEW, 1, ""),
        ("lawyer", StepTask.CHECK, 2, "law"),
        ("neighbor", StepTask.COOPERATION, 2, ""),
        ("director", StepTask.APPROVAL, 3, ""),
    ],
    [("head", StepTask.REVIEW, 1, ""), ("director", StepTask.APPROVAL, 2, "")],
    [("treasurer", StepTask.CHECK, 1, "budget"), ("minister", StepTask.APPROVAL, 2, "")],
    [("secretary", StepTask.REVIEW, 1, ""), ("head", StepTask.REVIEW, 1, ""), ("minister", StepTask.APPROVAL, 2, "")],
    [("director", StepTask.APPROVAL, 1, "")],
]
POSTS = ["analyst", "colleague", "head", "director", "secretary", "lawyer", "treasurer", "minister", "neighbor"]
ANYBODY = st.sampled_from(POSTS)
SOME = st.integers(0, 3)
OPEN, ENDING = ("running", "held", "returned"), ("approved", "rejected", "withdrawn")


@dataclass
class Book:
    """What must be so, by name of post; persons are called as the post that they began in."""

    holders: dict[str, str]
    drafter: str = "analyst"
    makers: set[str] = field(default_factory=lambda: {"analyst"})
    route: dict[str, tuple[StepTask, str]] = field(default_factory=dict)
    signed: dict[str, str] = field(default_factory=dict)
    status: str = "running"
    words: str = "teal"
    versions: int = 1
    leaders: Mapping[str, str] = field(default_factory=lambda: LEADERS)


@dataclass(frozen=True, slots=True)
class Seen:
    """The line as it stands in the database, read once after each event."""

    line: ApprovalLine
    steps: list[ApprovalStep]
    path: list[PathEntry]
    digest: str
    baskets: Mapping[str, list[str]]

    @property
    def live(self) -> list[ApprovalStep]:
        return [step for step in self.steps if step.status != "removed"]

    @property
    def open(self) -> list[ApprovalStep]:
        return [step for step in self.live if step.status == "open"]

    @property
    def done(self) -> dict[str, ApprovalStep]:
        return {name_of(step.post_code): step for step in self.live if step.status == "done"}

    def words(self, *hidden: str) -> Any:
        """Every row as plain values, to be compared."""
        rows = [self.line, *self.steps, *self.path]
        return [{name: value for name, value in vars(row).items() if name not in ("_state", *hidden)} for row in rows]


class OneLine(RuleBasedStateMachine):
    """One line of the ministry; everybody tries everything, and a book is kept beside it."""

    ministry: Ministry
    memory: MemoryHandler

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.memory.carried_out.clear()
        self.memory.writers = {self.ministry.post("colleague")}
        self.now, self.book = NOW, Book(holders={name: name for name in POSTS})
        self.number = make_line(self.ministry).number
        self.book.route = {name: (task, check) for name, task, _place, check in ROUTES[0]}
        self.persons = {actor.person_number: name for name, actor in self.ministry.people.items()}
        self.seen, self.proven = self.look(), 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What people do

    @rule(post=ANYBODY, what=st.sampled_from(list(LAWFUL)), says_why=st.booleans(), is_stale=st.booleans())
    def try_an_act(self, post: str, what: PathAct, says_why: bool, is_stale: bool) -> None:
        self.decide(post, what, says_why=says_why, is_stale=is_stale)

    @rule(which=SOME, what=st.sampled_from([*LAWFUL, *[PathAct.AGREED] * 5]), clicks=st.sampled_from([1, 1, 2]))
    def take_ones_turn(self, which: int, what: PathAct, clicks: int) -> None:
        """What a line is for: whose turn it is decides, some with a double click."""
        if any(step.task == StepTask.APPROVAL for step in self.seen.open):
            what = {PathAct.AGREED: PathAct.APPROVED, PathAct.OBJECTED: PathAct.REJECTED}.get(what, what)
        if turns := self.turns():
            post, signed = turns[which % len(turns)], len(self.book.signed)
            for _click in range(clicks):
                self.decide(post, what)
            assert len(self.book.signed) <= signed + 1

    def decide(self, post: str, what: PathAct, *, says_why: bool = True, is_stale: bool = False) -> None:
        person, before = self.book.holders.get(post), self.seen
        turn_of = {name_of(step.post_code): self.decider(name_of(step.post_code)) for step in before.open}
        given = {
            "act": what,
            "opinion": "Because." if says_why else "",
            "seen_digest": self.older_digest() if is_stale else before.digest,
            "held_until": day_of(self.now) + timedelta(days=2),
        }
        if not self.tries(lambda: actions.act_on_line(**self.by(post), **given)):
            return
        old, new = LAWFUL[what]
        assert self.book.status == old, f"{what} while {self.book.status}"
        assert post in turn_of.values()
        assert says_why or what in (PathAct.AGREED, PathAct.APPROVED, PathAct.RESUMED)
        assert not is_stale or what in (PathAct.HELD, PathAct.RESUMED), "decided about bytes that were not shown"
        if what in SIGNING:
            (taken,) = self.seen.done.keys() - before.done.keys()
            assert turn_of[taken] == post, f"{post} took the step of {taken}"
            assert (self.book.route[taken][0] is StepTask.APPROVAL) == (new != "running")
            self.book.signed[taken] = str(person)
        self.book.status = new

    @rule(which=SOME, post=ANYBODY)
    def read(self, which: int, post: str) -> None:
        reader = self.turns()[which] if which < len(self.turns()) else post
        self.tries(lambda: actions.read_line(**self.by(reader)))

    @rule(post=ANYBODY, is_drafter=st.booleans())
    def recall(self, post: str, is_drafter: bool) -> None:
        post, before = self.book.drafter if is_drafter else post, self.seen
        if not self.tries(lambda: actions.act_on_line(**self.by(post), act=PathAct.RECALLED)):
            return
        assert self.book.status == "running"
        back = [name for name, who in self.book.signed.items() if who == self.book.holders.get(post)]
        place = next((before.done[name].place for name in back), 0)
        assert not any(step.read_at or step.acted_at for step in before.live if step.place > place)
        if back:
            del self.book.signed[back[0]]
        else:
            assert post == self.book.drafter
            self.book.status = "returned"

    @rule(post=st.sampled_from(["analyst", "analyst", "colleague", "head"]), words=st.sampled_from(["teal", "red"]))
    def send_a_new_version(self, post: str, words: str) -> None:
        given = {"content": content_of(words), "payload": {"colour": words}, "note": ""}
        if not self.tries(lambda: actions.renew_line(**self.by(post), **given)):
            return
        person = self.book.holders[post]
        assert self.book.status in OPEN
        assert post == self.book.drafter or (post == "colleague" and self.book.status == "returned")
        assert person not in self.book.signed.values()
        assert words != self.book.words or self.book.status == "returned"
        self.book.makers.add(person)
        self.book.signed.clear()
        self.book.words, self.book.status, self.book.versions = words, "running", self.book.versions + 1

    @rule(post=ANYBODY, chance=st.integers(0, 9))
    def withdraw(self, post: str, chance: int) -> None:
        if post == self.book.drafter and chance:
            return  # else most lines would end so
        if self.tries(lambda: actions.withdraw_line(**self.by(post), opinion="Not needed.")):
            assert post == self.book.drafter
            assert self.book.status in OPEN
            self.book.status = "withdrawn"

    @rule(post=ANYBODY, is_drafter=st.booleans(), route=st.sampled_from(ROUTES))
    def reroute(self, post: str, is_drafter: bool, route: Route) -> None:
        post, turns = self.book.drafter if is_drafter else post, self.turns()
        ahead = [one for one in route if one[0] not in self.book.signed]
        steps = [PlannedStep(self.ministry.post(name), task, place, check) for name, task, place, check in ahead]
        if self.tries(lambda: actions.reroute_line(**self.by(post), steps=steps, opinion="")):
            assert post in {*turns, self.book.drafter}
            assert self.book.status in OPEN
            kept = {name: self.book.route[name] for name in self.book.signed}
            self.book.route = kept | {name: (task, check) for name, task, _place, check in ahead}

    @rule(post=ANYBODY)
    def acknowledge(self, post: str) -> None:
        owed = self.owed()
        if self.tries(lambda: actions.act_on_line(**self.by(post), act=PathAct.ACKNOWLEDGED)):
            assert post in owed

    @rule(post=ANYBODY)
    def hurry(self, post: str) -> None:
        if self.tries(lambda: actions.act_on_line(**self.by(post), act=PathAct.HURRIED)):
            assert post == self.book.drafter

    # What happens around it

    @rule(days=st.integers(0, 4))
    def time_goes_by(self, days: int) -> None:
        """Also over days on which the house was off."""
        self.now += timedelta(days=days, minutes=1)
        line = self.seen.line
        if line.held_until is not None and line.held_until <= day_of(self.now):
            self.book.status = "running"
        actions.resume_held_lines(actor=HOUSE, now=self.now)
        actions.follow_day(now=self.now)
        self.seen = self.look()

    @rule(which=SOME, substitute=ANYBODY, days=st.integers(1, 5), start=st.sampled_from([0, 0, 1]), names=st.booleans())
    def go_away(self, which: int, substitute: str, days: int, start: int, names: bool) -> None:
        """Whose turn it is, or somebody: the one who would then decide may go away next."""
        post = [*self.turns(), "head", "director", "lawyer", "colleague"][which]
        begin = day_of(self.now) + timedelta(days=start)
        given = {
            "post_code": self.ministry.post(post),
            "reason": "leave",
            "valid_from": begin,
            "valid_until": begin + timedelta(days=days),
            "substitute_post": self.ministry.post(substitute) if names else "",
        }
        self.tries(lambda: actions.enter_absence(actor=self.actor(post), now=self.now, **given))

    @rule(which=SOME)
    def come_back(self, which: int) -> None:
        away = list(Absence.objects.filter(ended_at__isnull=True).order_by("pk"))
        if which < len(away):
            post, row = name_of(away[which].post_code), away[which].pk
            self.tries(lambda: actions.end_absence(actor=self.actor(post), absence_id=row, now=self.now))

    @rule(post=ANYBODY)
    def leave(self, post: str) -> None:
        if post not in self.book.holders or len(self.book.holders) < len(POSTS) - 1:
            return
        account, code = self.ministry[self.book.holders.pop(post)].account_id or 0, self.ministry.post(post)
        end_appointment(actor=HOUSE, account_id=account, post_code=code, on=day_of(self.now))
        self.hear(subscribers.follow_leaving, AppointmentEnded(account, code))

    @rule(which=SOME, person=ANYBODY)
    def take_a_post(self, which: int, person: str) -> None:
        """Whoever takes a vacant post keeps their own: one person in two posts."""
        vacant = sorted(set(POSTS) - self.book.holders.keys())
        if which >= len(vacant):
            return
        account, code = self.ministry[person].account_id or 0, self.ministry.post(vacant[which])
        given = {"valid_from": day_of(self.now), "valid_until": None}
        appoint_official(actor=HOUSE, account_id=account, post_code=code, **given)
        self.book.holders[vacant[which]] = person
        self.hear(subscribers.seat_new_holder, OfficialAppointed(account, code))

    @rule(source=ANYBODY, to=ANYBODY)
    def hand_over(self, source: str, to: str) -> None:
        posts = {"source_post": self.ministry.post(source), "target_post": self.ministry.post(to)}
        if source == to or not actions.hand_over_steps(actor=HOUSE, now=self.now, **posts):
            return
        self.seen = self.look()
        if source == self.book.drafter and self.seen.line.drafter_post == posts["target_post"]:
            self.book.drafter = to
            return
        self.book.route[to] = self.book.route.pop(source)
        if source in self.book.signed:  # done in its place: the other one acknowledges it
            self.book.signed[to] = self.book.signed.pop(source)

    @precondition(lambda self: self.book.leaders is LEADERS)
    @rule(chance=st.integers(0, 3))
    def units_merge(self, chance: int) -> None:
        if chance:
            return
        merge_units(actor=HOUSE, code=STANDARDS, successor=SERVICES, on=day_of(self.now))
        self.book.leaders = AFTER_MERGER
        self.hear(subscribers.follow_merger, UnitsMerged(STANDARDS, SERVICES))

    # What must be so, whatever happened

    @invariant()
    def the_steps_are_those_of_the_book(self) -> None:
        live = self.seen.live
        assert len(live) == len(self.book.route)
        assert {name_of(step.post_code): (step.task, step.check_code) for step in live} == self.book.route
        by = {name: self.persons[str(step.acted_by_person)] for name, step in self.seen.done.items()}
        assert by == self.book.signed
        assert self.seen.line.status == self.book.status
        approval = next(step for step in live if step.task == StepTask.APPROVAL)
        assert all(step.place < approval.place for step in live if step is not approval)

    @invariant()
    def one_place_is_open(self) -> None:
        left = [step for step in self.seen.live if step.status != "done"]
        first = min((step.place for step in left), default=0)
        runs = self.book.status in ("running", "held")
        assert {step.pk for step in self.seen.open} == {s.pk for s in left if runs and s.place == first}
        assert bool(self.seen.open) == runs

    @invariant()
    def every_signature_is_about_the_bytes_that_lie_there(self) -> None:
        assert {step.digest for step in self.seen.done.values()} <= {self.seen.digest}
        assert self.seen.line.version == self.book.versions
        assert [entry.act for entry in self.seen.path].count("changed") == self.book.versions - 1
        if self.proven != len(self.seen.path):
            assert list_line_faults(self.number) == []
            self.proven = len(self.seen.path)

    @invariant()
    def nobody_decides_twice_nor_what_they_made(self) -> None:
        signers = list(self.book.signed.values())
        assert len(set(signers)) == len(signers)
        assert not self.book.makers & set(signers)

    @invariant()
    def a_closed_line_never_moves(self) -> None:
        carried = [dict(one.payload) for one in self.memory.carried_out]
        assert carried == ([{"colour": self.book.words}] if self.book.status == "approved" else [])
        if self.book.status not in OPEN:
            sealed = next(place for place, entry in enumerate(self.seen.path, start=1) if entry.act in ENDING)
            later = {entry.act for entry in self.seen.path[sealed:]}
            assert later <= {"acknowledged", "rerouted"}  # who was stood in for, and whoever took over their post
            assert all(entry.detail.keys() == {"from", "to"} for entry in self.seen.path[sealed:] if entry.detail)

    @invariant()
    def the_baskets_hold_exactly_whose_turn_it_is(self) -> None:
        seats = {self.decider(name_of(step.post_code)) or name_of(step.post_code) for step in self.seen.open}
        rework = [self.book.drafter] if self.book.status == "returned" else []
        assert self.seen.baskets == {"act": sorted(seats), "rework": rework, "acknowledge": self.owed()}

    @invariant()
    def whose_turn_it_is_can_take_it(self) -> None:
        for post in self.turns() if self.book.status == "running" else ():
            offered = list_acts(self.actor(post), self.seen.line, on=day_of(self.now))
            assert {PathAct.RETURNED, PathAct.HELD} <= set(offered), f"{post} is stuck"

    # Reading

    def look(self) -> Seen:
        line = ApprovalLine.objects.get(number=self.number)
        kinds = ("act", "rework", "acknowledge")
        found = {kind: find_open_work(kind=f"approvals.{kind}", object_ref=f"line:{self.number}") for kind in kinds}
        return Seen(
            line=line,
            steps=list_steps(line),
            path=get_path(line),
            digest=line.versions.get(number=line.version).digest,
            baskets={kind: sorted(name_of(item.holder) for item in items) for kind, items in found.items()},
        )

    def owed(self) -> list[str]:
        owed = [step for step in self.seen.live if step.must_acknowledge and step.acknowledged_at is None]
        return sorted(name_of(step.post_code) for step in owed)

    def older_digest(self) -> str:
        older = self.seen.line.versions.exclude(digest=self.seen.digest).values_list("digest", flat=True)
        return str(older.first() or "0" * 64)

    def turns(self) -> list[str]:
        deciders = {self.decider(name_of(step.post_code)) for step in self.seen.open}
        return sorted(post for post in deciders if post)

    def decider(self, post: str) -> str | None:
        """Who decides for a post now, by the book: itself, who was named, who leads; no maker, nobody twice."""
        barred, seen, at = self.book.makers | set(self.book.signed.values()), set[str](), post
        while at and at not in seen:
            seen.add(at)
            absence = self.absence_of(at)
            if at in self.book.holders and absence is None and self.book.holders[at] not in barred:
                return at
            at = name_of(absence.substitute_post) if absence and absence.substitute_post else self.leader(at)
        return None

    def leader(self, post: str) -> str:
        return self.book.leaders.get(post, "")

    def absence_of(self, post: str) -> Absence | None:
        today, holder = day_of(self.now), self.book.holders.get(post)
        person = self.ministry[holder].person_number if holder else ""
        days = Q(valid_from__lte=today, valid_until__gt=today, ended_at__isnull=True)
        return Absence.objects.filter(days, post_code=self.ministry.post(post), person=person).order_by("-pk").first()

    # Acting

    def actor(self, post: str) -> Actor:
        """Who holds the post now, in it; from a vacant one nobody comes."""
        seat, holder = self.ministry[post], self.book.holders.get(post)
        if holder is None:
            return replace(seat, post_code="kemenpan-rb//nobody", person_number=None, account_id=None)
        person = self.ministry[holder]
        return replace(seat, account_id=person.account_id, person_number=person.person_number)

    def by(self, post: str) -> dict[str, Any]:
        return {"actor": self.actor(post), "number": self.number, "now": self.now}

    def hear(self, subscriber: Callable[[Any], None], event: object) -> None:
        with clock.frozen(self.now):
            subscriber(event)
        self.seen = self.look()

    def tries(self, doing: Callable[[], object]) -> bool:
        """Whether it was done; what is refused leaves nothing behind."""
        before = self.seen
        try:
            with transaction.atomic():
                doing()
        except REFUSED:
            self.seen = self.look()
            assert self.seen.words() == before.words()
            return False
        self.seen = self.look()
        return True


def name_of(code: str) -> str:
    return code.rsplit("/", 1)[-1]
