"""Invoices that stood before they came here, many at once: judged, numbered and sealed like those issued one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from operator import attrgetter

from django.conf import settings
from django.db import transaction

from gapura.foundation.appending import append_rows
from gapura.foundation.clock import local_day
from gapura.foundation.texts import in_language
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.actions import seal_file
from gapura.sectors.invoicing.actions.identities import describe_party
from gapura.sectors.invoicing.actions.issuing import digest_of, require_faultless
from gapura.sectors.invoicing.actions.storing import describe_invoice, form_key_of
from gapura.sectors.invoicing.models import Invoice, InvoiceContent, Series
from gapura.sectors.invoicing.queries.terms import get_terms
from gapura.sectors.invoicing.rules.composing import compose_credit_note, compose_invoice
from gapura.sectors.invoicing.rules.country import list_rates
from gapura.sectors.invoicing.types import (
    CoreInvoice,
    InvoiceState,
    NewInvoice,
    Preceding,
    TakenBack,
    Trade,
)
from gapura.sectors.invoicing.ubl import write_invoice


@dataclass
class _Paper:
    """One invoice or credit note on its way; ``refers_to`` is what it takes back, ``replaces`` what it corrects."""

    core: CoreInvoice
    at: datetime
    digest: str
    trade: Trade
    refers_to: "_Paper | None" = None
    replaces: "_Paper | None" = None
    row: Invoice | None = None


def load_invoices(*, actor: Actor, trades: Sequence[Trade], now: datetime) -> int:
    """Keep the invoices of ``trades`` with credit notes, answers and corrections; how many papers they are.

    Numbers follow those each seller has. All or nothing; no register is asked. Raises CannotIssue.
    """
    papers = sorted((paper for trade in trades for paper in _compose(trade)), key=attrgetter("at"))
    if not papers:
        return 0
    with transaction.atomic():
        series = _hold_series(papers)
        for paper in papers:
            _number(paper, series)
            require_faultless(paper.core, paper.trade.seller.business, now=paper.at)
        for group in _in_order(papers):
            _store(group)
        Series.objects.bulk_update(series.values(), ["last"])
        detail = {"papers": len(papers), "sellers": len({paper.trade.seller.business for paper in papers})}
        record_event(actor=actor, action="invoicing.loaded", detail=detail)
    return len(papers)


def _compose(trade: Trade) -> Iterator[_Paper]:
    first = _paper(trade, trade.new, trade.issued_at)
    yield first
    if trade.taken_back is None:
        return
    at, instead = trade.taken_back.at, trade.taken_back.instead
    yield _Paper(first.core, at, f"{first.digest} {trade.taken_back.reason}", trade, refers_to=first)
    if instead is not None:
        corrected = _paper(trade, instead, at)
        corrected.replaces = first
        yield corrected


def _paper(trade: Trade, new: NewInvoice, at: datetime) -> _Paper:
    terms = get_terms()
    seller, buyer = describe_party(trade.seller), describe_party(trade.buyer)
    rates = list_rates(terms, on=new.issued_on)
    core = compose_invoice(new, seller=seller, buyer=buyer, rates=rates, terms=terms)
    return _Paper(core, at, digest_of(new), trade)


def _hold_series(papers: Sequence[_Paper]) -> dict[tuple[str, int], Series]:
    """The last number of each seller's year, locked."""
    wanted = sorted({_year_of(paper) for paper in papers})
    Series.objects.bulk_create([Series(seller=seller, year=year) for seller, year in wanted], ignore_conflicts=True)
    sellers = {seller for seller, _year in wanted}
    held = Series.objects.select_for_update().filter(seller__in=sellers).order_by("pk")
    return {(one.seller, one.year): one for one in held}


def _year_of(paper: _Paper) -> tuple[str, int]:
    return paper.trade.seller.business, local_day(paper.at, settings.TIME_ZONE).year


def _number(paper: _Paper, series: dict[tuple[str, int], Series]) -> None:
    """Give the paper its number and write it; what it refers to was numbered before."""
    seller, year = _year_of(paper)
    line = series[seller, year]
    line.last += 1
    number = get_terms().number.format(seller=seller, year=year, serial=line.last)
    taken_back = paper.trade.taken_back
    if paper.refers_to is not None and taken_back is not None:
        paper.core = _credit(paper.refers_to.core, taken_back)
    if paper.replaces is not None:
        before = paper.replaces.core
        paper.core = replace(paper.core, preceding=(Preceding(before.number, before.issued_on),))
    paper.core = replace(paper.core, number=number)
    paper.row = Invoice(
        number=number,
        year=year,
        serial=line.last,
        send_key=form_key_of(seller, f"loaded/{number}"),
        sent_digest=sha256(paper.digest.encode()).hexdigest(),
        issued_at=paper.at,
        **describe_invoice(paper.core),
        **_became(paper),
    )


def _credit(core: CoreInvoice, taken_back: TakenBack) -> CoreInvoice:
    words = in_language(get_terms().reasons[taken_back.reason], settings.LANGUAGE_CODE)
    return compose_credit_note(core, issued_on=local_day(taken_back.at, settings.TIME_ZONE), reason=words)


def _became(paper: _Paper) -> dict[str, object]:
    """The columns that tell what happened to it after it was issued."""
    trade = paper.trade
    if paper.refers_to is not None:
        return {"reason": trade.taken_back.reason if trade.taken_back else ""}
    if paper.replaces is not None:
        return {}
    columns: dict[str, object] = {"received_at": trade.received_at}
    if trade.received_at is not None:
        columns["state"] = InvoiceState.RECEIVED
    if trade.answered is not None:
        columns |= {"buyer_view": trade.answered.view, "buyer_said": trade.answered.said}
        columns["buyer_tax"] = trade.answered.declared_tax
    if trade.taken_back is not None:
        ended = InvoiceState.CORRECTED if trade.taken_back.instead else InvoiceState.CANCELLED
        columns |= {"state": ended, "ended_at": trade.taken_back.at}
    return columns


def _in_order(papers: Sequence[_Paper]) -> tuple[list[_Paper], list[_Paper]]:
    """Those that others refer to first."""
    notes = [paper for paper in papers if paper.refers_to is not None]
    return [paper for paper in papers if paper.refers_to is None], notes


def _store(papers: Sequence[_Paper]) -> None:
    agency = get_terms().agency
    rows = []
    for paper in papers:
        assert paper.row is not None
        if paper.refers_to is not None:
            paper.row.refers_to = paper.refers_to.row
        elif paper.trade.taken_back is not None and paper.replaces is None:
            paper.row.credited_net, paper.row.credited_tax = paper.row.net, paper.row.tax
        rows.append(paper.row)
    Invoice.objects.bulk_create(rows)
    contents = [(row, write_invoice(paper.core)) for row, paper in zip(rows, papers, strict=True)]
    append_rows(
        [InvoiceContent(invoice=row, xml=xml, seal=seal_file(xml, agency_code=agency)) for row, xml in contents]
    )
