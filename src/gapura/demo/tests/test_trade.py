"""The companies of the nation write to each other: every state of an invoice is there, and months add up."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gapura.demo.actions.invoices import load_market
from gapura.demo.simulation.nation import NationPlan
from gapura.demo.simulation.trade import Market
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import system_actor
from gapura.sectors.invoicing.queries import get_content, get_core, sum_months
from gapura.sectors.invoicing.testing import Invoice
from gapura.sectors.invoicing.types import Trade, Trader

ON = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
COUNTRY = load("indonesia")
FIGURES = COUNTRY.read("data", "trade.yaml")
TRADERS = [Trader(f"912000000000{n}", f"PT Dagang {n}", f"000000000000{n}000", f"Jl. Pasar {n}") for n in range(9)]


def draw(seed: int = 1, traders: list[Trader] = TRADERS, on: date = ON) -> list[Trade]:
    return list(Market(FIGURES, traders, seed=seed, today=on, zone=COUNTRY.timezone))


def load_all() -> int:
    plan = NationPlan(people=1000, seed=1, on=ON)
    return load_market(actor=system_actor("demo"), country=COUNTRY, plan=plan, traders=TRADERS, now=NOW)


def test_the_same_seed_and_day_give_the_same_invoices_and_another_seed_others() -> None:
    assert draw() == draw()
    assert draw() != draw(seed=2)


def test_nobody_trades_alone_and_nothing_is_dated_after_the_nations_day() -> None:
    assert draw(traders=TRADERS[:1]) == []
    moments = [
        moment
        for trade in draw()
        for moment in (trade.issued_at, trade.received_at, trade.taken_back and trade.taken_back.at)
        if moment is not None
    ]
    assert max(moments).date() <= ON
    assert all(trade.seller != trade.buyer for trade in draw())


def test_in_a_year_without_a_rate_nothing_is_written() -> None:
    assert draw(on=date(2019, 7, 1)) == []


@pytest.mark.django_db
def test_every_state_is_there_and_each_credit_note_takes_its_invoice_back_whole() -> None:
    papers = load_all()
    assert Invoice.objects.count() == papers
    assert all(get_content(one).seal for one in Invoice.objects.order_by("pk"))
    assert set(Invoice.objects.values_list("state", flat=True)) == {"issued", "received", "corrected", "cancelled"}
    assert set(Invoice.objects.values_list("buyer_view", flat=True)) == {"", "agreed", "disputed"}
    notes = list(Invoice.objects.filter(kind="credit_note").select_related("refers_to"))
    assert notes
    for note in notes:
        before = note.refers_to
        assert before is not None
        assert (note.net, note.tax) == (before.net, before.tax) == (before.credited_net, before.credited_tax)
        assert get_core(note).preceding[0].number == before.number
    assert AuditEvent.objects.filter(action="invoicing.loaded").count() == 1


@pytest.mark.django_db
def test_numbers_are_gapless_and_what_the_paper_says_is_what_the_row_says() -> None:
    load_all()
    for trader in TRADERS:
        serials = Invoice.objects.filter(seller=trader.business, year=2026).values_list("serial", flat=True)
        assert sorted(serials) == list(range(1, len(serials) + 1))
    for invoice in Invoice.objects.order_by("pk")[:20]:
        core = get_core(invoice)
        assert (core.number, core.totals.tax) == (invoice.number, Decimal(invoice.tax) / 100)


@pytest.mark.django_db
def test_loading_again_goes_on_counting_and_doubles_the_months() -> None:
    papers = load_all()
    before = sum_months(TRADERS[0].business, since="2026-01", until="2026-12")
    assert any(month.output_tax for month in before)
    assert any(month.input_tax for month in before)
    assert load_all() == papers
    after = sum_months(TRADERS[0].business, since="2026-01", until="2026-12")
    assert [month.output_tax for month in after] == [2 * month.output_tax for month in before]
