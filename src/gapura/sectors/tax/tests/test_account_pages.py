"""A taxpayer's account and the officer's desk, through the browser: the whole way, and every refusal."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.approvals.actions import deny_approval, grant_approval
from gapura.kernel.approvals.testing import ApprovalRequest
from gapura.kernel.approvals.types import CannotDecideApproval
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import memory_providers
from gapura.kernel.identity import testing as identity
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.payments.actions import send_disbursements
from gapura.kernel.payments.testing import Fault, ServedBank, demo_bank
from gapura.sectors.tax.actions import post_credit
from gapura.sectors.tax.actions.audits import close_audit, propose_audit
from gapura.sectors.tax.actions.collection import follow_account, take_step
from gapura.sectors.tax.actions.installments import ask_for_plan, decide_plan
from gapura.sectors.tax.actions.look_ups import open_look_up
from gapura.sectors.tax.actions.refunds import deny_refund, propose_refund, request_refund
from gapura.sectors.tax.models import CollectionStep, InstallmentPlan, RefundRequest, TaxAccount, TaxAudit, TaxLookUp
from gapura.sectors.tax.queries import get_balance
from gapura.sectors.tax.tests.accounts import ANI, BUDI, HOUSE, NOW, PERSON, officer, owe, supervisor
from gapura.sectors.tax.types import AccountNotFound, CannotChangeAccount, CannotCollect

pytestmark = pytest.mark.django_db
OWN_BANK = [{"institution": "Bank Rakyat", "account_number": "0012345678"}]
LATER = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    stand_all_agreements()
    with memory_providers("finance.deposit") as providers, clock.frozen(NOW):
        providers["finance.deposit"].records[ANI] = OWN_BANK
        yield


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[ServedBank]:
    with demo_bank(tmp_path) as served:
        yield served


@pytest.fixture
def person() -> Client:
    return browser(ANI)


def browser(number: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    identity.sign_in(client, identity.make_resident(f"person-{number[-4:]}", person_number=number))
    return client


def at_desk(number: str = "3171010101700001", role: str = "tax.officer", agency: str = "djp") -> Client:
    client = Client(headers={"Accept-Language": "en"})
    post = f"{agency}/31.71/{role}-{number}"
    account = identity.make_official(f"official-{number}", person_number=number, post_code=post, roles=[role])
    identity.sign_in(client, account, post_code=post)
    return client


def credit(amount: int = 700_000, period: str = "2024") -> None:
    post_credit(actor=HOUSE, taxpayer=ANI, tax="income", period=period, amount=amount, source=f"c:{period}", now=NOW)


def text(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def decide(kind: str, *, granted: bool = True, by=None) -> None:
    request = ApprovalRequest.objects.get(kind=kind, status="open")
    act = grant_approval if granted else deny_approval
    act(actor=by or supervisor(), request_id=request.pk, note="Looked at it.", now=NOW)
    deliver_pending()


def test_the_page_says_what_is_owed_and_leads_to_the_bill(person: Client):
    assert "You owe nothing." in text(person.get("/tax/"))
    owe(1_250_000, due_on=LATER)
    page = text(person.get("/tax/"))
    assert "1,250,000" in page
    assert "Income tax 2025" in page
    answer = person.post("/tax/accounts/me/pay/")
    bill = text(person.get(answer.url))
    assert "Payment of tax" in bill
    assert 'href="/tax/"' in bill
    assert person.post("/tax/accounts/me/pay/").url == answer.url, "a double click is one bill"
    assert "Tax assessed" in text(person.get("/tax/accounts/me/income/2025/"))


def test_the_account_of_another_looks_like_none(person: Client):
    owe(1_000_000)
    credit()
    stranger = browser(BUDI)
    for address in ("", "income/2025/", "income/2024/refund/", "later/"):
        assert stranger.get(f"/tax/accounts/{ANI}/{address}").status_code == 404
        assert person.get(f"/tax/accounts/me/{address}").status_code == 200
    assert stranger.post(f"/tax/accounts/{ANI}/pay/").status_code == 404
    assert stranger.get("/tax/accounts/me/income/2025/").status_code == 404
    assert "1,000,000" not in text(stranger.get("/tax/"))
    assert at_desk().get("/tax/").status_code == 404
    with pytest.raises(AccountNotFound):
        ask_for_plan(actor=officer(ANI), taxpayer=ANI, months=1, is_deferral=False, reason="x", now=NOW)


def test_credit_goes_back_to_an_account_of_ones_own_by_four_eyes(person: Client, bank: ServedBank):
    credit()
    owe(200_000, due_on=LATER)
    page = text(person.get("/tax/accounts/me/income/2024/refund/"))
    assert "Bank Rakyat" in page
    assert "200,000" in page, "what is settled first is said before"
    person.post("/tax/accounts/me/income/2024/refund/", {"account_number": "0012345678"})
    refund = RefundRequest.objects.get()
    assert (refund.amount, refund.bank_account) == (500_000, "0012345678")
    assert get_balance(ANI, "income", "2025").owed == 0
    desk = at_desk()
    assert "500,000" in text(desk.get("/desk/tax/"))
    assert "Bank Rakyat" in text(desk.get(f"/desk/tax/refunds/{refund.number}/"))
    assert desk.post(f"/desk/tax/refunds/{refund.number}/", {"do": "grant", "note": "Right."}).status_code == 302
    assert get_balance(ANI, "income", "2024").credit == 500_000, "one person alone gives nothing back"
    with pytest.raises(CannotDecideApproval):
        decide("tax.refund", by=officer("3171010101700001", "tax.supervisor"))
    decide("tax.refund")
    assert get_balance(ANI, "income", "2024").credit == 0
    page = text(person.get("/tax/"))
    assert "Granted, the money is on its way" in page
    send_disbursements(actor=HOUSE, now=NOW)
    deliver_pending()
    assert [amount for _, _, amount in bank.bank.list_movements()] == [-500_000]
    page = text(person.get("/tax/"))
    assert "Paid to your account" in page
    assert "Something you asked about your taxes was decided" in page


def test_a_refund_that_the_bank_refuses_is_credit_again(person: Client, bank: ServedBank):
    credit()

    def get_it_back() -> RefundRequest:
        asked = request_refund(
            actor=PERSON, taxpayer=ANI, tax="income", period="2024", account_number="0012345678", now=NOW
        )
        assert asked is not None
        propose_refund(actor=officer(), number=asked.number, note="Right.", now=NOW)
        decide("tax.refund")
        send_disbursements(actor=HOUSE, now=NOW)
        deliver_pending()
        asked.refresh_from_db()
        return asked

    bank.bank.add_fault(Fault.TRANSFER_REFUSED, 1)
    assert get_it_back().status == "failed"
    assert get_balance(ANI, "income", "2024").credit == 700_000
    assert "ask again with another one" in text(person.get("/tax/"))
    assert get_it_back().status == "paid"
    assert get_balance(ANI, "income", "2024").credit == 0


def test_a_refund_to_a_foreign_account_or_of_nothing_is_refused(person: Client):
    credit()

    def ask(number: str = "0012345678", period: str = "2024") -> RefundRequest | None:
        return request_refund(actor=PERSON, taxpayer=ANI, tax="income", period=period, account_number=number, now=NOW)

    for wrong in ({"number": "0099"}, {"period": "2023"}):
        with pytest.raises(CannotChangeAccount):
            ask(**wrong)
    person.post("/tax/accounts/me/income/2024/refund/", {"account_number": "0099"})
    assert not RefundRequest.objects.exists()
    first = ask()
    assert ask() == first, "a double click is one request"
    with pytest.raises(CannotCollect):
        deny_refund(actor=officer(), number=first.number, note=" ", now=NOW)
    for other in (officer(ANI), officer("3171010101700001", "civil.registrar"), supervisor()):
        with pytest.raises(AccessDenied):
            propose_refund(actor=other, number=first.number, note="", now=NOW)
    deny_refund(actor=officer(), number=first.number, note="The slip was wrong.", now=NOW)
    assert "The slip was wrong." in text(person.get("/tax/"))


def test_credit_that_only_settles_other_debts_asks_nobody():
    credit(100_000)
    owe(200_000, due_on=LATER)
    asked = request_refund(
        actor=PERSON, taxpayer=ANI, tax="income", period="2024", account_number="0012345678", now=NOW
    )
    assert asked is None
    assert get_balance(ANI, "income", "2025").owed == 100_000


def test_a_plan_is_asked_decided_kept_or_broken(person: Client):
    owe(1_000_000)
    sent = {"way": "parts", "months": "3", "reason": "My shop burned down."}
    assert person.post("/tax/accounts/me/later/", sent).status_code == 302
    assert person.post("/tax/accounts/me/later/", sent).status_code == 200, "one plan at a time"
    plan = InstallmentPlan.objects.get()
    desk = at_desk()
    assert "My shop burned down." in text(desk.get(f"/desk/tax/plans/{plan.number}/"))
    refused = desk.post(f"/desk/tax/plans/{plan.number}/", {"do": "deny", "note": ""})
    assert "the reason is missing" in text(refused)
    desk.post(f"/desk/tax/plans/{plan.number}/", {"do": "grant", "note": ""})
    page = text(person.get("/tax/"))
    assert "333,334" in page
    assert "Running" in page
    assert "Pay the next part: IDR 333,334" in page
    assert person.post("/tax/accounts/me/pay/", {"amount": "0"}).url == "/tax/accounts/me/"
    assert "333,334" in text(person.get(person.post("/tax/accounts/me/pay/", {"amount": "333334"}).url))
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    assert not CollectionStep.objects.exists(), "nothing is collected while a plan is kept"
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW + timedelta(days=40))
    plan.refresh_from_db()
    assert plan.status == "broken"
    assert CollectionStep.objects.count() == 1


@pytest.mark.parametrize(("months", "reason"), [(0, "x"), (13, "x"), (3, " ")])
def test_a_plan_beyond_the_law_or_without_reason_is_refused(months: int, reason: str):
    owe(1_000_000)
    with pytest.raises(CannotChangeAccount):
        ask_for_plan(actor=PERSON, taxpayer=ANI, months=months, is_deferral=False, reason=reason, now=NOW)
    plan = ask_for_plan(actor=PERSON, taxpayer=ANI, months=12, is_deferral=True, reason="x", now=NOW)
    with pytest.raises(AccessDenied):
        decide_plan(actor=officer(ANI), number=plan.number, is_granted=True, note="", now=NOW)


def test_collection_takes_its_steps_in_order_and_never_early():
    owe(1_000_000)
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    assert [one.code for one in CollectionStep.objects.order_by("pk")] == ["reminder"]
    after = NOW + timedelta(days=6)
    follow_account(actor=HOUSE, taxpayer=ANI, now=after)
    follow_account(actor=HOUSE, taxpayer=ANI, now=after)
    assert CollectionStep.objects.count() == 2

    def take(code: str, days: int, actor=None) -> CollectionStep:
        return take_step(
            actor=actor or officer(),
            taxpayer=ANI,
            tax="income",
            period="2025",
            code=code,
            now=after + timedelta(days=days),
        )

    for code, days in (("forced-letter", 20), ("seizure-order", 30), ("reminder", 30)):
        with pytest.raises(CannotCollect):
            take(code, days)
    for other in (officer(ANI), supervisor()):
        with pytest.raises(AccessDenied):
            take("forced-letter", 21, other)
    assert take("forced-letter", 21).taken_by == "Registrar"


def test_an_account_is_opened_with_a_reason_that_the_taxpayer_sees(person: Client):
    owe(1_000_000)
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    desk = at_desk()
    assert "required" in text(desk.post("/desk/tax/", {"taxpayer": ANI, "reason": ""}))
    assert "no account of this number" in text(desk.post("/desk/tax/", {"taxpayer": BUDI, "reason": "Call"}))
    opened = desk.post("/desk/tax/", {"taxpayer": ANI, "reason": "She called us"}).url
    page = text(desk.get(opened))
    assert "Risk: 0" in page
    assert "Warning letter" in page
    assert "levied" in text(desk.get(f"{opened}income/2025/"))
    assert TaxLookUp.objects.count() == 2
    assert "She called us" in text(person.get("/tax/"))
    colleague = at_desk("3171010101700003")
    assert colleague.get(opened).status_code == 404
    with clock.frozen(NOW + timedelta(days=1)):
        assert at_desk("3171010101700004").get(opened).status_code == 404
    with pytest.raises(CannotCollect, match="your own account"):
        open_look_up(actor=officer(ANI), taxpayer=ANI, reason="Curious", now=NOW)


def test_without_the_power_the_desk_does_not_exist(person: Client):
    owe(1_000_000)
    for client in (person, at_desk("3171010101700008", "civil.registrar"), at_desk("3171010101700009", agency="kua")):
        for address in ("/desk/tax/", "/desk/tax/statistics/", "/desk/tax/statistics.csv"):
            assert client.get(address).status_code == 404
    with pytest.raises(AccessDenied):
        open_look_up(actor=PERSON, taxpayer=BUDI, reason="x", now=NOW)
    assert at_desk().get("/desk/tax/").status_code == 200


def test_an_audit_needs_two_people_and_ends_with_findings(person: Client):
    owe(1_000_000, due_on=date(2025, 11, 30))
    follow_account(actor=HOUSE, taxpayer=ANI, now=NOW)
    assert TaxAccount.objects.get().risk_score > 0
    desk = at_desk()
    opened = desk.post("/desk/tax/", {"taxpayer": ANI, "reason": "Risk"}).url
    assert "overdue by three months" in text(desk.get(opened))
    propose = f"{opened}income/2025/audit/"
    desk.post(propose, {"why": ""})
    assert not TaxAudit.objects.exists()
    desk.post(propose, {"why": "Turnover and income differ."})
    desk.post(propose, {"why": "Again."})
    audit = TaxAudit.objects.get()
    assert "Turnover" not in text(person.get("/tax/")), "what is only proposed is the office's"
    with pytest.raises(CannotCollect):
        close_audit(actor=officer(), number=audit.number, findings="x", amount=0, now=NOW)
    with pytest.raises(CannotDecideApproval):
        decide("tax.audit", by=officer("3171010101700001", "tax.supervisor"))
    decide("tax.audit")
    assert "Running" in text(person.get("/tax/"))
    sent = {"do": "close", "findings": "Two invoices were missing.", "amount": "150000"}
    assert desk.post(f"/desk/tax/audits/{audit.number}/", sent).status_code == 302
    assert "is not open" in text(desk.post(f"/desk/tax/audits/{audit.number}/", sent))
    page = text(person.get("/tax/"))
    assert "Two invoices were missing." in page
    assert "150,000" in page


def test_an_audit_is_no_officers_own_and_a_refused_one_is_not_told(person: Client):
    owe(1_000_000)
    with pytest.raises(AccessDenied):
        propose_audit(actor=officer(ANI), taxpayer=ANI, tax="income", period="2025", why="x", now=NOW)
    propose_audit(actor=officer(), taxpayer=ANI, tax="income", period="2025", why="A tip.", now=NOW)
    with pytest.raises(AccessDenied):
        decide("tax.audit", by=supervisor(ANI))
    decide("tax.audit", granted=False)
    assert TaxAudit.objects.get().status == "denied"
    assert "A tip." not in text(person.get("/tax/"))
    propose_audit(actor=officer(), taxpayer=ANI, tax="income", period="2025", why="Once more.", now=NOW)


def test_the_statistics_are_sums_of_postings():
    owe(1_000_000)
    credit(400_000)
    desk = at_desk()
    assert "1,000,000" in text(desk.get("/desk/tax/statistics/"))
    rows = desk.get("/desk/tax/statistics.csv").content.decode().split()
    assert rows == ["month,assessed,withheld,paid,refunded", "2026-05,1000000,400000,0,0"]
