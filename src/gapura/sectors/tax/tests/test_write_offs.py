"""A debt is given up by two people, on a ground of the law, for exactly what was proposed."""

from collections.abc import Iterator
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.approvals.testing import ApprovalRequest
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.notifications.queries import list_messages
from gapura.sectors.tax.actions.write_offs import propose_write_off
from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.queries.ledger import get_balance, list_postings, sum_ledgers
from gapura.sectors.tax.tests.accounts import ANI, NOW, officer, owe, supervisor
from gapura.sectors.tax.tests.test_account_pages import at_desk, browser, decide, text
from gapura.sectors.tax.types import CannotCollect

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {"tax": "income", "period": "2025", "ground": "died", "why": "No heirs were found.", "now": NOW}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def propose(actor: Any = None, **changes: Any) -> None:
    propose_write_off(actor=actor or officer(), taxpayer=ANI, **GIVEN | changes)


def test_from_the_desk_to_an_empty_account_with_two_people() -> None:
    owe(1_250_000)
    desk = at_desk()
    looked_up = desk.post("/desk/tax/", {"taxpayer": ANI, "reason": "Her neighbor wrote to us."}).url
    page = f"{looked_up}income/2025/write-off/"
    assert page in text(desk.get(looked_up))
    form = text(desk.get(page))
    assert "1,250,000" in form
    assert "Law 6 of 1983 Article 24" in form
    assert "What was found" in text(desk.post(page, {"ground": "died", "why": ""}))
    assert "Error:" in text(desk.post(page, {"ground": "because", "why": "x"}))
    sent = {"ground": "died", "why": "No heirs were found."}
    assert desk.post(page, sent).url == looked_up
    assert "proposed already" in text(desk.post(page, sent))
    assert get_balance(ANI, "income", "2025").owed == 1_250_000, "nothing is given up by one person"
    decide("tax.write-off")
    assert get_balance(ANI, "income", "2025").owed == 0
    assert sum(sum_ledgers(list_postings(ANI)).values()) == 0
    assert [str(one.kind) for one in list_messages(ANI)].count("tax_decided") == 1
    assert AuditEvent.objects.filter(action="tax.write_off", subject=ANI).count() == 1
    assert "1,250,000" in text(browser(ANI).get("/tax/accounts/me/income/2025/"))


def test_who_proposed_does_not_decide_and_a_refusal_gives_nothing_up() -> None:
    owe(1_250_000)
    propose()
    with pytest.raises((CannotDecideApproval, AccessDenied)):
        decide("tax.write-off", by=officer("3171010101700001", "tax.supervisor"))
    decide("tax.write-off", granted=False)
    assert not TaxPosting.objects.filter(kind="write-off").exists()
    propose()
    assert ApprovalRequest.objects.filter(kind="tax.write-off", status="open").count() == 1


def test_what_changed_since_it_was_proposed_is_not_given_up() -> None:
    owe(1_250_000)
    propose()
    owe(10_000)
    with pytest.raises(CannotDecideApproval, match="another amount"):
        decide("tax.write-off")
    assert get_balance(ANI, "income", "2025").owed == 1_260_000


@pytest.mark.parametrize("changes", [{"ground": "because"}, {"why": " "}, {"period": "2019"}])
def test_without_a_ground_a_finding_or_a_debt_nothing_is_proposed(changes: dict[str, str]) -> None:
    owe(1_250_000)
    with pytest.raises(CannotCollect):
        propose(**changes)
    assert not ApprovalRequest.objects.exists()


def test_nobody_gives_up_their_own_debt_or_anothers_without_the_post() -> None:
    owe(1_250_000)
    for actor in (officer(ANI), supervisor()):
        with pytest.raises(AccessDenied):
            propose(actor)
    propose()
    with pytest.raises(AccessDenied):
        decide("tax.write-off", by=supervisor(ANI))


def test_the_page_is_for_officers_who_looked_the_account_up_and_for_debts() -> None:
    owe(1_250_000)
    looked_up = at_desk().post("/desk/tax/", {"taxpayer": ANI, "reason": "A letter."}).url
    for other in (at_desk("3171010101700009"), at_desk("3171010101700008", "tax.supervisor"), browser(ANI)):
        assert other.get(f"{looked_up}income/2025/write-off/").status_code in (302, 404)
        assert other.post(f"{looked_up}income/2025/write-off/", GIVEN).status_code in (302, 404)
    assert not ApprovalRequest.objects.exists()
