"""Emergency access: named, short, loud, marked, reviewed by another person."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.appointments.actions import end_power, review_power, take_power
from gapura.kernel.appointments.queries import find_power_taken, list_events_of, list_open_reviews
from gapura.kernel.appointments.testing import NOW, EmergencyAccess, approver
from gapura.kernel.appointments.types import APPROVER, EMERGENCY, CannotReview, CannotTakePower, Verdict
from gapura.kernel.approvals.testing import official
from gapura.kernel.audit.queries import list_events
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import count_unread

pytestmark = pytest.mark.django_db

CITRA, BUDI = "3171010101800003", "3171010101800002"
CLERK = "dukcapil/31.71/clerk"
ROLES = ("civil.registrar", EMERGENCY)


def citra(*roles: str, account_id: int = 3, post: str = "clerk") -> Actor:
    return official(CITRA, roles=roles or ROLES, account_id=account_id, post=post)


def take(actor: Actor | None = None, *, now: datetime = NOW, **changes: object) -> EmergencyAccess:
    wish = {"role": "civil.supervisor", "reason": "The head is ill.", "case_number": "C-1", "minutes": 10} | changes
    return take_power(actor=actor or citra(), **wish, now=now)  # type: ignore[arg-type] # a table of wishes


def test_it_lasts_as_long_as_said_by_the_clock_alone() -> None:
    take()
    assert find_power_taken(citra(), now=NOW + timedelta(minutes=9, seconds=59)) is not None
    assert find_power_taken(citra(), now=NOW + timedelta(minutes=10)) is None
    assert find_power_taken(citra(post="other"), now=NOW) is None, "only in the post it was taken in"


def test_who_loses_the_right_loses_the_power_at_once() -> None:
    take()
    assert find_power_taken(citra("civil.registrar"), now=NOW) is None


def test_it_can_be_given_back_early() -> None:
    access = take()
    with pytest.raises(AccessDenied):
        end_power(actor=approver(BUDI), access_id=access.pk, now=NOW)
    end_power(actor=citra(), access_id=access.pk, now=NOW + timedelta(minutes=1))
    assert find_power_taken(citra(), now=NOW + timedelta(minutes=2)) is None


REFUSED = {
    "without the right": ({"actor": citra("civil.registrar")}, AccessDenied),
    "a power the country does not allow": ({"role": "audit.auditor"}, CannotTakePower),
    "without a reason": ({"reason": "  "}, CannotTakePower),
    "without a case": ({"case_number": ""}, CannotTakePower),
    "for too long": ({"minutes": 31}, CannotTakePower),
    "for no time": ({"minutes": 0}, CannotTakePower),
}


@pytest.mark.parametrize("why", REFUSED)
def test_it_is_refused(why: str) -> None:
    changes, error = REFUSED[why]
    with pytest.raises(error):
        take(**changes)  # type: ignore[arg-type] # a table of wishes
    assert not EmergencyAccess.objects.exists()
    assert take().pk, "the positive control"


def test_none_while_one_is_not_reviewed_also_not_from_another_account() -> None:
    access = take()
    later = NOW + timedelta(hours=1)
    with pytest.raises(CannotTakePower):
        take(citra(account_id=99, post="other"), now=later)
    review_power(actor=approver(BUDI), access_id=access.pk, verdict=Verdict.JUSTIFIED, note="Seen.", now=later)
    assert take(now=later).pk


REVIEWERS = {
    "another person who decides powers": (approver(BUDI), None),
    "oneself": (approver(CITRA), CannotReview),
    "oneself from another account and post": (approver(CITRA, account_id=77), CannotReview),
    "a colleague without the role": (official("3171010101800004", roles=["civil.supervisor"]), AccessDenied),
    "somebody of another agency": (
        official("3171010101800005", roles=[APPROVER], agency_code="kua"),
        AccessDenied,
    ),
}


@pytest.mark.parametrize("who", REVIEWERS)
def test_only_another_person_reviews(who: str) -> None:
    reviewer, error = REVIEWERS[who]
    access, over = take(), NOW + timedelta(minutes=11)
    if error is None:
        done = review_power(actor=reviewer, access_id=access.pk, verdict=Verdict.UNJUSTIFIED, note="No.", now=over)
        assert (done.verdict, done.reviewed_by_person) == (Verdict.UNJUSTIFIED, BUDI)
        return
    with pytest.raises(error):
        review_power(actor=reviewer, access_id=access.pk, verdict=Verdict.JUSTIFIED, note="Fine.", now=over)
    assert EmergencyAccess.objects.get().reviewed_at is None


def test_the_database_itself_refuses_a_review_of_ones_own() -> None:
    rows = EmergencyAccess.objects.filter(pk=take().pk)
    done = {"reviewed_at": NOW, "verdict": Verdict.JUSTIFIED}
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**done, reviewed_by_person=CITRA)
    assert rows.update(**done, reviewed_by_person=BUDI) == 1


def test_a_review_waits_for_the_end_needs_a_note_and_is_final() -> None:
    access, over = take(), NOW + timedelta(minutes=11)
    for note, now in (("Seen.", NOW), (" ", over)):
        with pytest.raises(CannotReview):
            review_power(actor=approver(BUDI), access_id=access.pk, verdict=Verdict.JUSTIFIED, note=note, now=now)
    review_power(actor=approver(BUDI), access_id=access.pk, verdict=Verdict.JUSTIFIED, note="Seen.", now=over)
    with pytest.raises(CannotReview):
        review_power(actor=approver(BUDI), access_id=access.pk, verdict=Verdict.UNJUSTIFIED, note="No.", now=over)


def test_the_deciders_are_told_and_the_review_is_due() -> None:
    make_official("budi", person_number=BUDI, post_code="dukcapil/31.71/approver", roles=[APPROVER])
    access = take()
    assert count_unread(BUDI) == 1
    assert count_unread(CITRA) == 0
    assert [one.pk for one in list_open_reviews(approver(BUDI))] == [access.pk]
    assert access.review_due_on.isoformat() == "2026-03-09", "two working days after Thursday"


def test_on_every_page_a_banner_and_in_the_log_a_mark(client: Client) -> None:
    account = make_official("citra", person_number=CITRA, post_code=CLERK, roles=ROLES)
    sign_in(client, account, post_code=CLERK)
    assert client.get("/desk/people/").status_code == 404
    assert "Emergency access:" not in client.get("/desk/").content.decode()
    wish = {"role": "civil.supervisor", "case_number": "C-1", "reason": "The head is ill.", "minutes": "10"}
    assert client.post("/desk/emergency/take/", wish).status_code == 302
    for path in ("/desk/", "/", "/desk/emergency/"):
        assert "Emergency access: Supervisor of civil registration, case C-1" in client.get(path).content.decode()
    client.get("/desk/people/")  # a denial, recorded under the mark
    access = EmergencyAccess.objects.get()
    marked = [e for e in list_events(limit=50) if f"(emergency access {access.pk}: civil.supervisor)" in e.actor_label]
    assert [e.action for e in marked] == ["identity.access_denied"]
    assert [action for _at, action, _ref in list_events_of(access)] == ["identity.access_denied"]
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert "Emergency access:" not in client.get("/desk/").content.decode()
