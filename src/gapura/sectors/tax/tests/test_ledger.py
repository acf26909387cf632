"""The ledger of taxpayers' accounts: whatever happens in whatever order, nothing is invented and nothing is lost."""

from contextlib import suppress
from datetime import UTC, date, datetime
from random import Random

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.queries import list_findings
from gapura.kernel.audit.types import system_actor
from gapura.sectors.tax.actions import post_assessment, post_credit, reverse_postings
from gapura.sectors.tax.actions.collection import write_off
from gapura.sectors.tax.actions.payments import net_credit, record_payment
from gapura.sectors.tax.models import TaxPosting
from gapura.sectors.tax.queries import get_balance, list_balances, list_postings
from gapura.sectors.tax.queries.ledger import sum_ledgers
from gapura.sectors.tax.types import AssessmentKind, CannotPost, Ledger

ANI, BUDI = "3171014205900001", "3171010105880002"
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
DUE = date(2026, 3, 31)
HOUSE = system_actor("test")
TAX, INTEREST, PENALTY = AssessmentKind

pytestmark = pytest.mark.django_db


def assess(amount: int, source: str, *, period: str = "2025", kind: AssessmentKind = TAX, who: str = ANI) -> TaxPosting:
    return post_assessment(
        actor=HOUSE,
        taxpayer=who,
        tax="income",
        period=period,
        kind=kind,
        amount=amount,
        due_on=DUE if period == "2025" else date(int(period) + 1, 3, 31),
        source=source,
        now=NOW,
    )


def withhold(amount: int, source: str, *, period: str = "2025") -> TaxPosting:
    return post_credit(actor=HOUSE, taxpayer=ANI, tax="income", period=period, amount=amount, source=source, now=NOW)


def open_amounts(period: str = "2025") -> tuple[int, int]:
    balance = get_balance(ANI, "income", period)
    return balance.owed, balance.credit


def test_what_is_assessed_is_owed_and_what_was_withheld_settles_it():
    assess(5_000_000, "return:1")
    assert open_amounts() == (5_000_000, 0)
    withhold(4_200_000, "return:1")
    assert open_amounts() == (800_000, 0)
    withhold(1_000_000, "return:1/2")
    assert open_amounts() == (0, 200_000)
    assert get_balance(ANI, "income", "2025").due_on == DUE


def test_the_same_source_again_is_the_first_posting_and_with_other_figures_refused():
    first = assess(5_000_000, "return:1")
    assert assess(5_000_000, "return:1") == first
    assert assess(100_000, "return:1", kind=PENALTY) != first
    with pytest.raises(CannotPost):
        assess(6_000_000, "return:1")
    with pytest.raises(CannotPost):
        assess(5_000_000, "return:1", who=BUDI)
    for nothing in (0, -5):
        with pytest.raises(CannotPost):
            assess(nothing, "return:2")
    assert open_amounts() == (5_100_000, 0)
    assert list_balances(BUDI) == []


def test_an_amended_return_takes_the_first_back_and_gives_what_is_left_over():
    assess(5_000_000, "return:1")
    withhold(4_000_000, "return:1")
    pay(1_000_000, "bill:1")
    assert open_amounts() == (0, 0)
    assert len(reverse_postings(actor=HOUSE, source="return:1", now=NOW)) == 2
    assert reverse_postings(actor=HOUSE, source="return:1", now=NOW) == []
    assert open_amounts() == (0, 1_000_000)
    assess(4_500_000, "return:2")
    withhold(4_000_000, "return:2")
    assert open_amounts() == (0, 500_000)
    assert sum(sum_ledgers(list_postings(ANI)).values()) == 0


def test_money_settles_the_longest_due_first_penalty_and_interest_before_tax():
    assess(300, "r:2024", period="2024")
    assess(20, "i:2024", period="2024", kind=INTEREST)
    assess(10, "p:2024", period="2024", kind=PENALTY)
    assess(500, "r:2025")
    for amount, owed in ((5, [("2024", 5, 20, 300)]), (30, [("2024", 0, 0, 295)]), (300, [("2024", 0, 0, 0)])):
        pay(amount, f"bill:{amount}")
        for period, penalty, interest, tax in owed:
            left = get_balance(ANI, "income", period).owed_by_kind
            assert (left[PENALTY], left[INTEREST], left[TAX]) == (penalty, interest, tax)
    assert open_amounts() == (495, 0)
    pay(600, "bill:last")
    assert open_amounts() == (0, 105), "what nobody owed is the taxpayer's"


def test_credit_settles_other_debts_before_it_goes_back():
    assess(300, "r:2024", period="2024")
    withhold(1_000, "r:2025")
    assert net_credit(actor=HOUSE, taxpayer=ANI, tax="income", period="2025", now=NOW) == 300
    assert (open_amounts("2024"), open_amounts()) == ((0, 0), (0, 700))
    assert net_credit(actor=HOUSE, taxpayer=ANI, tax="income", period="2025", now=NOW) == 0
    assert sum_ledgers(list_postings(ANI))[Ledger.NETTED] == 0


def test_credit_that_is_taken_back_after_it_was_used_is_owed_again():
    withhold(1_000, "slip:1")
    assess(300, "r:2024", period="2024")
    net_credit(actor=HOUSE, taxpayer=ANI, tax="income", period="2025", now=NOW)
    reverse_postings(actor=HOUSE, source="slip:1", now=NOW)
    assert (open_amounts("2024"), open_amounts()) == ((0, 0), (300, 0))


def test_a_debt_that_is_written_off_is_gone_and_comes_back_when_that_was_wrong():
    assess(300, "r:1")
    assert write_off(actor=HOUSE, taxpayer=ANI, tax="income", period="2025", source="w:1", now=NOW) == 300
    assert open_amounts() == (0, 0)
    reverse_postings(actor=HOUSE, source="w:1", now=NOW)
    assert open_amounts() == (300, 0)


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_of_an_account_never_invent_a_balance(seed: int):
    """Payments twice, reversals, amended returns, netting, write-offs, refunds: the sum is zero after every step."""
    random, done = Random(seed), []
    for step in range(25):
        period, amount = random.choice(("2023", "2024", "2025")), random.randrange(1, 1_000)
        source = random.choice(done) if done and random.random() < 0.2 else f"step:{step}"
        _try(random.choice(_STEPS), period, amount, source)
        done.append(source)
        require_sound_account()


def pay(amount: int, source: str) -> None:
    record_payment(actor=HOUSE, taxpayer=ANI, amount=amount, source=source, now=NOW)


def _try(step, period: str, amount: int, source: str) -> None:
    with suppress(CannotPost):  # the same source with other figures
        step(period, amount, source)


_STEPS = (
    lambda period, amount, source: assess(amount, source, period=period),
    lambda period, amount, source: assess(amount, source, period=period, kind=PENALTY),
    lambda period, amount, source: assess(amount, f"interest:{source}", period=period, kind=INTEREST),
    lambda period, amount, source: withhold(amount, source, period=period),
    lambda period, amount, source: pay(amount, source),
    lambda period, amount, source: pay(amount, source),
    lambda period, amount, source: reverse_postings(actor=HOUSE, source=source, now=NOW),
    lambda period, amount, source: net_credit(actor=HOUSE, taxpayer=ANI, tax="income", period=period, now=NOW),
    lambda period, amount, source: write_off(
        actor=HOUSE, taxpayer=ANI, tax="income", period=period, source=source, now=NOW
    ),
)


def require_sound_account() -> None:
    """Against the postings of what happened in the world, reckoned without the ledger's own moves."""
    postings = list_postings(ANI)
    sums = sum_ledgers(postings)
    assert sum(sums.values()) == 0
    assert sums.get(Ledger.NETTED, 0) == 0
    balances = list_balances(ANI)
    for balance in balances:
        assert min(balance.owed_by_kind.values()) >= 0
        assert balance.credit >= 0
        assert not (balance.owed and balance.credit)
    world = {name: 0 for name in ("assessment", "credit", "payment", "refund", "write-off")}
    for one in postings:
        if one.kind in world:
            world[one.kind] += -one.amount if one.reverses_id else one.amount
    owed = world["assessment"] - world["credit"] - world["payment"] + world["refund"] - world["write-off"]
    assert sum(one.owed - one.credit for one in balances) == owed


@pytest.mark.usefixtures("table_owner")
def test_what_somebody_edits_in_the_database_is_seen(settings, tmp_path):
    settings.GAPURA_HOME = tmp_path
    first, _second = assess(5_000, "return:1"), assess(700, "return:2", period="2024")
    integrate_events()
    assert not list_findings()
    connection.check_constraints()  # PostgreSQL alters no table with checks still waiting
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE tax_posting DISABLE TRIGGER tax_posting_only_added")
        else:
            cursor.execute("DROP TRIGGER tax_posting_only_added")
        cursor.execute("UPDATE tax_posting SET amount = 1 WHERE id = %s", [first.pk])
    assert [one.row for one in list_findings()] == [f"tax-posting:{first.number}"]


def test_the_database_refuses_half_a_posting_a_change_and_an_unlawful_movement():
    first = assess(5_000, "return:1")
    values = {name: getattr(first, name) for name in ("account", "tax", "period", "due_on", "at")}
    good = values | {
        "kind": "assessment",
        "debit": "tax",
        "credit": "levied",
        "amount": 1,
        "source": "x",
        "number": "x",
    }
    bad = (
        {"amount": 0},
        {"amount": -1},
        {"debit": "levied"},
        {"credit": "money"},
        {"debit": "credit", "credit": "money"},
        {"debit": "pocket"},
        {"kind": "gift"},
        {"tax": "head"},
        {"due_on": None},
        {"source": "return:1"},
        {"reverses": first},
    )
    for changes in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            TaxPosting.objects.create(**good | changes)
    assert TaxPosting.objects.create(**good)
    with pytest.raises(DatabaseError, match="tax_posting_only_added"), transaction.atomic():
        TaxPosting.objects.filter(pk=first.pk).update(amount=1)
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="tax_posting_only_added"), transaction.atomic():
            first.delete()
