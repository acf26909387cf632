"""The companies of the nation have written to each other: invoices of the last months, and what became of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gapura.demo.simulation.nation import Batch, NationPlan
from gapura.demo.simulation.stories import StoryFinder
from gapura.demo.simulation.trade import Market
from gapura.demo.types import Story
from gapura.foundation.jurisdictions import Jurisdiction
from gapura.kernel.audit.types import Actor
from gapura.sectors.business.types import BusinessStatus
from gapura.sectors.invoicing.actions import load_invoices
from gapura.sectors.invoicing.types import Trader

_BUSINESS, _REPRESENTATIVE = "business.BusinessEntry", "business.RepresentativeEntry"


class MarketFinder:
    """Keeps the first companies of the nation, and always those of the sample employer."""

    def __init__(self, country: Jurisdiction, columns: Mapping[str, Sequence[str]]) -> None:
        self._figures, self._columns = country.read("data", "trade.yaml"), columns
        self._found: dict[str, Trader] = {}
        self._first: dict[str, Trader] = {}

    @property
    def traders(self) -> list[Trader]:
        """The sample employer's companies first."""
        return list((self._first | self._found).values())[: self._figures["companies"]]

    def look_at(self, batch: Batch, finder: StoryFinder) -> None:
        """Take the companies that the batch adds; the finder has looked at it before."""
        employer = finder.residents.get(Story.EMPLOYER)
        led = self._list(batch, _REPRESENTATIVE)
        hers = {row["business_number"] for row in led if employer and row["representative_number"] == employer.number}
        for row in self._list(batch, _BUSINESS):
            if row["legal_form"] not in self._figures["forms"] or row["business_status"] != BusinessStatus.ACTIVE:
                continue
            number = row["business_number"]
            kept = self._first if number in hers else self._found
            if number in hers or len(self._found) < self._figures["companies"]:
                kept[number] = Trader(number, row["legal_name"], row["business_tax_number"], row["seat_address"])

    def _list(self, batch: Batch, register: str) -> list[dict[str, Any]]:
        """The entries that have no end."""
        rows = (dict(zip(self._columns[register], row, strict=True)) for row in batch.rows[register])
        return [row for row in rows if row["valid_until"] is None]


def load_market(
    *, actor: Actor, country: Jurisdiction, plan: NationPlan, traders: Sequence[Trader], now: datetime
) -> int:
    """Issue what the traders wrote to each other up to the plan's day; how many papers it was."""
    market = Market(country.read("data", "trade.yaml"), traders, seed=plan.seed, today=plan.on, zone=country.timezone)
    return load_invoices(actor=actor, trades=list(market), now=now)
