"""The keepers' desk: opened under a ground, proposed by one, decided by another, and nobody else comes in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.plugin import get_approval_handler
from gapura.kernel.approvals.testing import ApprovalRequest, official
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.queries import AuditEvent
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.records.queries import list_holdings
from gapura.sectors.justice.actions import open_reading, propose_bar, read_bars
from gapura.sectors.justice.models import Reading, TravelBanEntry, WarrantEntry
from gapura.sectors.justice.providers import BarProvider
from gapura.sectors.justice.testing import make_travel_ban, make_warrant
from gapura.sectors.justice.types import BarAct, BarKind, BarProposal, CannotOpenReading, CannotProposeBar

pytestmark = pytest.mark.django_db
ANI, BUDI = "3171014205900001", "3171010105880002"
TODAY, NOW = date(2026, 5, 4), datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
BOTH = ["justice.keeper", "justice.supervisor"]
KEEPER = official("3171010101800051", roles=BOTH, agency_code="kejaksaan", office_code="", post="keeper")
OTHER_KEEPER = official("3171010101800053", roles=BOTH, agency_code="kejaksaan", office_code="", post="keeper-2")
SUPERVISOR = official(
    "3171010101800052", roles=BOTH[1:], agency_code="kejaksaan", office_code="", account_id=2, post="supervisor"
)
OTHER_AGENCY = official("3171010101800054", roles=BOTH, agency_code="polri", office_code="", post="keeper")
BAN = BarProposal(BarAct.ENTER, BarKind.TRAVEL_BAN, "B-1/2026", "CEGAH-9/2026", "djp", TODAY, date(2026, 11, 4))
WARRANT = BarProposal(BarAct.ENTER, BarKind.WARRANT, "B-2/2026", "DPO/9/2026", "polri", TODAY)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def read(person: str = ANI) -> Reading:
    return open_reading(actor=KEEPER, person_number=person, ground="travel-ban", letter="B-1/2026", now=NOW)


def propose(proposal: BarProposal, person: str = ANI) -> int:
    return propose_bar(actor=KEEPER, reading_number=read(person).pk, proposal=proposal, today=TODAY, now=NOW)


def grant(request_id: int, actor: Actor = SUPERVISOR) -> None:
    grant_approval(actor=actor, request_id=request_id, note="", now=NOW)


def is_barred(on: date = TODAY) -> bool | None:
    return BarProvider().answer_question("has-travel-bar", ANI, {}, on, None)


@pytest.mark.parametrize("proposal", [BAN, WARRANT])
def test_a_bar_is_entered_when_another_person_agrees_and_not_before(proposal: BarProposal) -> None:
    request = propose(proposal)
    assert is_barred() is False
    for stranger in (KEEPER, replace(SUPERVISOR, person_number=KEEPER.person_number)):
        with pytest.raises(CannotDecideApproval):
            grant(request, replace(stranger, roles=frozenset(BOTH)))
    for stranger in (OTHER_AGENCY, replace(SUPERVISOR, roles=frozenset())):
        with pytest.raises(AccessDenied):
            grant(request, stranger)
    assert is_barred() is False
    grant(request)
    assert is_barred() is True


def test_a_ban_is_prolonged_and_lifted_and_its_history_stays() -> None:
    ban = make_travel_ban(ANI)
    change = BarProposal(BarAct.CHANGE, BarKind.TRAVEL_BAN, "B-2", "", "polri", None, date(2026, 11, 4), ban.pk)
    grant(propose(change))
    prolonged = TravelBanEntry.objects.known_at(None).get()
    assert (prolonged.ordered_by, prolonged.valid_until) == ("polri", date(2026, 11, 4))
    lift = BarProposal(BarAct.LIFT, BarKind.TRAVEL_BAN, "B-3", valid_until=TODAY, entry_id=prolonged.pk)
    grant(propose(lift))
    assert (is_barred(), is_barred(TODAY - timedelta(days=1))) == (False, True)
    assert TravelBanEntry.objects.count() == 3


def test_a_wanted_notice_stands_until_it_is_lifted() -> None:
    entry = make_warrant(ANI)
    lift = BarProposal(BarAct.LIFT, BarKind.WARRANT, "B-3", valid_until=TODAY, entry_id=entry.pk)
    first, again = propose(lift), entry.pk
    with pytest.raises(CannotProposeBar):
        propose(lift)
    grant(first)
    assert is_barred() is False
    with pytest.raises(AccessDenied):
        propose(replace(lift, entry_id=again))  # believed no more


@pytest.mark.parametrize(
    "wrong",
    [
        replace(BAN, letter=" "),
        replace(BAN, ordered_by="bpjs-kesehatan"),
        replace(BAN, bar_number=""),
        replace(BAN, valid_until=None),
        replace(BAN, valid_until=TODAY),
        replace(BAN, valid_until=date(2026, 11, 5)),
        replace(WARRANT, valid_until=date(2026, 11, 4)),
    ],
)
def test_what_does_not_fit_the_register_is_not_proposed(wrong: BarProposal) -> None:
    with pytest.raises(CannotProposeBar):
        propose(wrong)
    assert not ApprovalRequest.objects.exists()


def test_what_the_register_overtook_is_not_carried_out() -> None:
    request = propose(WARRANT)
    make_warrant(ANI, warrant_number="DPO/9/2026", valid_from=TODAY)
    with pytest.raises(CannotDecideApproval):
        grant(request)
    with pytest.raises(CannotDecideApproval):
        grant(propose(BAN, SUPERVISOR.person_number or ""))
    assert WarrantEntry.objects.count() == 1


def test_each_look_is_logged_with_its_ground_and_without_the_name() -> None:
    make_warrant(ANI)
    reading = read()
    assert [kind for kind, _entry in read_bars(actor=KEEPER, reading_number=reading.pk, today=TODAY)] == ["warrant"]
    logged = AuditEvent.objects.filter(action__startswith="justice.").order_by("pk")
    assert [one.action for one in logged] == ["justice.reading_opened", "justice.bars_read"]
    assert {(one.object_ref, one.detail["ground"], one.detail["letter"]) for one in logged} == {
        (f"reading:{reading.pk}", "travel-ban", "B-1/2026")
    }
    assert not AuditEvent.objects.filter(subject=ANI).exists()


def test_a_proposal_is_not_found_for_the_copy_of_the_persons_data() -> None:
    request = ApprovalRequest.objects.get(pk=propose(WARRANT))
    said = get_approval_handler(request.kind).list_facts(request.proposal)
    assert ANI in dict(said).values()  # who decides sees whom it is about
    assert list_holdings(ANI) == []
    ApprovalRequest.objects.filter(pk=request.pk).update(payload={"person": ANI})
    assert [one.table for one in list_holdings(ANI)] == ["approvals.ApprovalRequest"]  # it would be found


def at_the_desk(person_number: str, name: str, *roles: str) -> Client:
    browser, post = Client(headers={"Accept-Language": "en"}), f"kejaksaan//{name}"
    account = make_official(name, person_number=person_number, post_code=post, roles=roles)
    sign_in(browser, account, post_code=post)
    return browser


def looks() -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(action="justice.proposal_read").order_by("pk")
    return [(one.object_ref, one.detail["ground"], one.detail["letter"]) for one in found]


def test_who_decides_sees_whom_it_concerns_and_each_look_is_logged_with_its_ground() -> None:
    request = propose(BAN)
    reading, page = Reading.objects.get(), f"/desk/approvals/{request}/"
    supervisor = at_the_desk("3171010101800052", "supervisor", "justice.supervisor")
    stranger = at_the_desk("3171010101800055", "auditor", "audit.auditor")
    assert supervisor.get("/desk/approvals/").status_code == 200
    assert stranger.get(page).status_code == 404
    assert looks() == [], "a list names nobody, and who sees nothing leaves nothing"
    for _look in range(2):
        assert ANI in supervisor.get(page).content.decode()
    assert looks() == [(f"reading:{reading.pk}", "travel-ban", "B-1/2026")] * 2
    assert "Say why" in supervisor.post(page, {"decision": "deny", "note": ""}).content.decode()
    assert len(looks()) == 3, "shown again with what is missing"
    assert not AuditEvent.objects.filter(subject=ANI).exists()


@pytest.mark.parametrize("actor", [OTHER_AGENCY, OTHER_KEEPER, SUPERVISOR, replace(KEEPER, person_number=None)])
def test_nobody_else_reads_or_writes_under_a_reading(actor: Actor) -> None:
    reading = read()
    read_bars(actor=KEEPER, reading_number=reading.pk, today=TODAY)
    with pytest.raises(AccessDenied):
        read_bars(actor=actor, reading_number=reading.pk, today=TODAY)
    with pytest.raises(AccessDenied):
        propose_bar(actor=actor, reading_number=reading.pk, proposal=BAN, today=TODAY, now=NOW)


def test_a_ground_does_not_last_and_opens_nobody_elses_entry() -> None:
    reading, of_budi = read(), make_warrant(BUDI)
    with pytest.raises(AccessDenied):
        read_bars(actor=KEEPER, reading_number=reading.pk, today=TODAY + timedelta(days=1))
    lift = BarProposal(BarAct.LIFT, BarKind.WARRANT, "B-3", valid_until=TODAY, entry_id=of_budi.pk)
    with pytest.raises(AccessDenied):
        propose(lift)
    assert propose(lift, BUDI)
    with pytest.raises(CannotOpenReading):
        read(KEEPER.person_number or "")


def test_a_keeper_walks_through_the_desk() -> None:
    keeper = Client(headers={"Accept-Language": "en"})
    roles, post = ["justice.keeper"], "kejaksaan//keeper"
    account = make_official("keeper", person_number="3171010101800051", post_code=post, roles=roles)
    sign_in(keeper, account, post_code=post)
    wrong = keeper.post("/desk/justice/", {"ground": "warrant", "letter": "B-1", "person_number": "12"})
    assert "This is no person number" in wrong.content.decode()
    given = {"ground": "warrant", "letter": "B-1", "person_number": ANI}
    address = keeper.post("/desk/justice/", given).headers["Location"]
    assert keeper.get(f"{address}warrant/new/").status_code == 200
    assert "hold nothing against" in keeper.get(address).content.decode()
    sent = {"bar_number": "DPO/9/2026", "ordered_by": "polri", "valid_from": "2026-05-04", "letter": "B-1"}
    page = keeper.post(f"{address}warrant/new/", sent, follow=True).content.decode()
    assert "A supervisor of the keepers decides" in page
    grant(ApprovalRequest.objects.get().pk)
    assert "DPO/9/2026" in keeper.get(address).content.decode()
    entry = WarrantEntry.objects.get()
    late = keeper.post(f"{address}warrant/{entry.pk}/lift/", {"valid_until": "2026-05-04", "letter": "B-2"})
    assert "after the first day" in late.content.decode()
    assert keeper.get(f"{address}warrant/{entry.pk}/change/").status_code == 200
    for absent in (f"{address}sentence/new/", f"{address}travel-ban/{entry.pk}/lift/", "/desk/justice/readings/JR/"):
        assert keeper.get(absent).status_code == 404
