"""A demonstration bank on a thread, set up as the house's bank, and a bill to pay. For tests only."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.payments import plugin
from gapura.kernel.payments.actions import begin_payment, inquire_intent, issue_bill
from gapura.kernel.payments.models import Bill as Bill
from gapura.kernel.payments.models import Difference as Difference
from gapura.kernel.payments.models import Payment as Payment
from gapura.kernel.payments.models import PaymentIntent as PaymentIntent
from gapura.kernel.payments.models import Posting as Posting
from gapura.kernel.payments.models import Refund as Refund
from gapura.kernel.payments.providers.demo_bank.bank import Bank
from gapura.kernel.payments.providers.demo_bank.bank import Behavior as Behavior
from gapura.kernel.payments.providers.demo_bank.bank import Fault as Fault
from gapura.kernel.payments.providers.demo_bank.client import DemoBank
from gapura.kernel.payments.providers.demo_bank.server import Branch, make_server
from gapura.kernel.payments.queries import find_bill_of_case
from gapura.kernel.payments.tests.processes import at_once as at_once
from gapura.kernel.payments.types import Fee

BANK = "demo-bank"
SECRET = "the secret of a test run"
TITLE = {"id": "Bank contoh", "en": "Demonstration bank", "ko": "시연용 은행"}
PAYER = "3171014205900001"


@dataclass
class ServedBank:
    """The bank's own books, how the house reaches them, and the callbacks it sent so far."""

    bank: Bank
    provider: DemoBank
    callbacks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def pay(self, reference: str, behavior: Behavior = Behavior.WELL) -> None:
        """As if the person paid on the bank's page; nobody tells the house."""
        self.bank.pay(reference, behavior)


@contextmanager
def demo_bank(folder: Path, *, read_seconds: float = 5, slow_seconds: float = 15) -> Iterator[ServedBank]:
    """A bank on a thread and a port of its own, the only one that the house knows inside the block."""
    before = dict(plugin._providers)
    bank = Bank(folder / "bank.sqlite3", clock.now, "Asia/Jakarta", "IDR")
    served = ServedBank(bank, DemoBank(BANK, TITLE, "", SECRET, read_seconds))
    branch = Branch(bank, SECRET, lambda *sent: served.callbacks.append(sent), clock.now, slow_seconds)
    server = make_server(branch)
    served.provider.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    plugin._providers.clear()
    plugin.register_provider(served.provider)
    try:
        yield served
    finally:
        plugin._providers.clear()
        plugin._providers.update(before)
        server.shutdown()
        server.server_close()
        bank.close()


def pay_for_case(served: ServedBank, number: str, payer: Actor) -> Bill:
    """What the case costs is paid on the bank's page, and the house asks the bank. The case has not gone on yet."""
    bill, now = find_bill_of_case(number), clock.now()
    assert bill is not None
    intent = begin_payment(actor=payer, number=bill.number, provider_code=BANK, return_address="", now=now)
    served.pay(intent.reference)
    inquire_intent(actor=system_actor("test"), reference=intent.reference, now=now)
    return bill


def make_bill(
    *, now: datetime, payer: str = PAYER, amount: int = 50_000, agency_code: str = "dukcapil", days: int = 7
) -> Bill:
    """An open bill of a case that is nobody's."""
    return issue_bill(
        actor=system_actor("test"),
        case_number=new_code(11),
        service_code="civil.never-married",
        service_title={"id": "Surat", "en": "Certificate", "ko": "증명서"},
        payer=payer,
        agency_code=agency_code,
        fee=Fee(amount, amount, "IDR", {"id": "PP 1/2000", "en": "Regulation 1 of 2000", "ko": "2000년 정부령"}),
        payable_until=_day(now) + timedelta(days=days),
        now=now,
    )


def _day(moment: datetime) -> date:
    return clock.local_day(moment, "Asia/Jakarta")
