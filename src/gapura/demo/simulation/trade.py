"""What the businesses of the nation sell to each other in its last months, and what became of each invoice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from gapura.sectors.invoicing.queries import get_terms
from gapura.sectors.invoicing.types import Answered, BuyerView, NewInvoice, NewLine, Rate, TakenBack, Trade, Trader

_OPENS, _CLOSES = 8 * 60, 17 * 60  # minutes of a working day
_ANSWERED_BY = timedelta(days=7)
Figures = Mapping[str, Any]


class Market:
    """The same traders, seed and day give the same invoices."""

    def __init__(self, figures: Figures, traders: Sequence[Trader], *, seed: int, today: date, zone: str) -> None:
        self._figures, self._traders, self._today, self._zone = figures, traders, today, ZoneInfo(zone)
        self._random = Random(f"Market/{seed}")  # noqa: S311 - reproducible on purpose
        self._serial = 0

    def __iter__(self) -> Iterator[Trade]:
        if len(self._traders) < 2:
            return
        for seller in self._traders:
            for month in range(self._figures["months"]):
                for _ in range(self._random.randint(*self._figures["invoices_a_month"])):
                    yield from self._sell(seller, month)

    def _sell(self, seller: Trader, months_ago: int) -> Iterator[Trade]:
        random = self._random
        buyer = random.choice([one for one in self._traders if one != seller])
        issued_at = self._moment(self._today - timedelta(days=30 * months_ago + random.randrange(30)))
        new = self._write(buyer, issued_at.date())
        if new is not None:
            yield self._follow(Trade(seller, buyer, new, issued_at))

    def _write(self, buyer: Trader, day: date) -> NewInvoice | None:
        """None on days on which no rate is in force."""
        random, figures = self._random, self._figures
        rates = [one.code for one in get_terms().rates if one.code in figures["rates"] and _is_in_force(one, day)]
        if not rates:
            return None
        self._serial += 1
        return NewInvoice(
            buyer_number=buyer.business,
            issued_on=day,
            due_on=day + timedelta(days=figures["terms_days"]),
            buyer_reference=figures["reference"].format(serial=self._serial),
            lines=tuple(self._line(goods, rates[0]) for goods in random.sample(figures["goods"], random.randint(1, 3))),
        )

    def _line(self, goods: Sequence[Any], rate: str) -> NewLine:
        name, unit, low, high, most = goods
        price = Decimal(self._random.randrange(low, high, 500))
        return NewLine(name, Decimal(self._random.randint(1, most)), unit, price, rate)

    def _follow(self, trade: Trade) -> Trade:
        """What became of it: a young invoice has only been opened, or not even that."""
        random, figures = self._random, self._figures
        fates = figures["became"]
        rest = 100 - sum(fates.values())
        fate = random.choices([*fates, "opened"], [*fates.values(), rest])[0]
        opened = self._moment(trade.issued_at.date() + timedelta(days=random.randint(*figures["opened_after_days"])))
        later = self._moment(trade.issued_at.date() + _ANSWERED_BY)
        if fate == "unopened" or opened.date() > self._today:
            return trade
        if later.date() > self._today:
            return replace(trade, received_at=opened)
        return self._end(replace(trade, received_at=opened), fate, later)

    def _end(self, trade: Trade, fate: str, at: datetime) -> Trade:
        figures = self._figures
        match fate:
            case "agreed":
                return replace(trade, answered=Answered(BuyerView.AGREED, at))
            case "disputed":
                return replace(trade, answered=Answered(BuyerView.DISPUTED, at, figures["disputed"], 0))
            case "cancelled":
                return replace(trade, taken_back=TakenBack(at, self._random.choice(figures["cancelled_because"])))
            case "corrected":
                instead = self._smaller(trade.new, at.date())
                return replace(trade, taken_back=TakenBack(at, figures["corrected_because"], instead))
        return trade

    def _smaller(self, new: NewInvoice, day: date) -> NewInvoice:
        """The same goods, of the first a little less."""
        first, *others = new.lines
        line = NewLine(first.name, max(first.quantity - 2, Decimal(1)), first.unit, first.price, first.rate)
        due = day + timedelta(days=self._figures["terms_days"])
        return NewInvoice(new.buyer_number, day, due, new.buyer_reference, (line, *others))

    def _moment(self, day: date) -> datetime:
        minutes = self._random.randint(_OPENS, _CLOSES)
        return datetime.combine(day, time(minutes // 60, minutes % 60), self._zone)


def _is_in_force(rate: Rate, day: date) -> bool:
    return rate.valid_from <= day and (rate.valid_until is None or day < rate.valid_until)
