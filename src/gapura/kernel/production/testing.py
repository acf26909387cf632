"""A factory of one's own and orders in it, for the tests of any module."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import system_actor
from gapura.kernel.production import plugin
from gapura.kernel.production.actions import look_after_orders, place_order, record_reports, send_stops
from gapura.kernel.production.models import CardOrder as CardOrder
from gapura.kernel.production.models import CardPiece as CardPiece
from gapura.kernel.production.models import CardStep as CardStep
from gapura.kernel.production.providers.demo_factory import Behavior as Behavior
from gapura.kernel.production.providers.demo_factory import DemoFactory
from gapura.kernel.production.types import CardHolder, Delivery, NewOrder, Stage, StageReport

WORKER = system_actor("card-production")
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
PACE = timedelta(minutes=1)
HOME = {"street": "Jl. Merdeka 1", "village": "Cideng"}


@dataclass
class ServedFactory:
    """The only factory inside the block, and a clock that only :meth:`wait` moves."""

    factory: DemoFactory
    now: datetime = NOW
    failures: list[str] = field(default_factory=list)

    def wait(self, steps: int = 1) -> None:
        """Let time go by, and the worker look after every order after each step."""
        for _ in range(steps):
            self.now += PACE
            look_after_orders(actor=WORKER, now=self.now)
            send_stops(actor=WORKER, now=self.now)


@contextmanager
def demo_factory(folder: Path) -> Iterator[ServedFactory]:
    before = dict(plugin._factories)
    served = ServedFactory(DemoFactory(folder / "factory.sqlite3", pace=PACE))
    served.factory._now = lambda: served.now
    plugin._factories.clear()
    plugin.register_factory(served.factory)
    try:
        yield served
    finally:
        plugin._factories.clear()
        plugin._factories.update(before)


def make_card(person: str, *, now: datetime = NOW, fingerprints: bool = False) -> CardOrder:
    """An identity card that its holder will collect."""
    card = "civil.identity-card"
    return make_order(person, service_code=card, delivery=Delivery.PICK_UP, fingerprints=fingerprints, now=now)


def make_ready_card(person: str, *, now: datetime = NOW) -> CardOrder:
    """A passport that lies at the registrar's counter, for once."""
    order = make_order(person, service_code="immigration.passport", delivery=Delivery.PICK_UP, now=now)
    CardOrder.objects.filter(pk=order.pk).update(agency_code="dukcapil", counter_role="civil.registrar")
    piece = CardPiece.objects.get(order=order)
    reports = [StageReport(Stage.READY, now)]
    record_reports(actor=WORKER, reference=piece.reference, reports=reports, now=now)
    order.refresh_from_db()
    return order


def make_order(
    person: str,
    *,
    service_code: str = "immigration.passport",
    delivery: Delivery = Delivery.POST,
    fingerprints: bool = False,
    now: datetime = NOW,
    applicant: str = "",
) -> CardOrder:
    """An approved passport on its way to ``person``, of a case that is nobody's."""
    agency = "imigrasi" if service_code.startswith("immigration") else "dukcapil"
    order = NewOrder(
        service_code=service_code,
        case_number=new_code(11),
        agency_code=agency,
        office_code="31.71",
        holder=CardHolder(person, "Ani Wijaya", date(1990, 5, 2), "female", "IDN", HOME),
        applicant=applicant or person,
        photo="PHOTO",
        delivery=delivery,
        asked_at=now - timedelta(seconds=2),
        needs_fingerprints=fingerprints,
    )
    with transaction.atomic():  # as the case that brings it
        return place_order(actor=WORKER, order=order, now=now)
