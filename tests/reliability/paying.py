"""Fees in the kill loop: a bank in a process of its own that nobody kills, so that it knows what was really charged."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

SERVICE = "civil.residence-certificate"
FEE = 50_000
FAULT = "fresh-payment-key"
_BANK = "kill-loop-bank"
_SECRET = "the secret of a kill loop"
_OTHERWISE = 3  # each third application costs a fee


def is_paid(key: str) -> bool:
    """Whether the application under this key is one that costs a fee."""
    return int(key.rpartition("-")[2]) % _OTHERWISE == 0


@contextmanager
def open_bank(home: Path) -> Iterator[None]:
    """The bank's process, the house's way to it, and a country in which SERVICE costs something."""
    from gapura.kernel.catalogue.testing import charging
    from gapura.kernel.payments.plugin import register_provider
    from gapura.kernel.payments.providers.demo_bank.client import DemoBank

    port = _free_port()
    words = ["--port", str(port), "--callbacks", "http://127.0.0.1:9/", "--timezone", "Asia/Jakarta"]
    module = ["-m", "gapura.kernel.payments.providers.demo_bank", str(_books(home)), *words, "--currency", "IDR"]
    bank = subprocess.Popen([sys.executable, *module], env=os.environ | {"GAPURA_DEMO_BANK_SECRET": _SECRET})
    register_provider(DemoBank(_BANK, {"en": "Bank"}, f"http://127.0.0.1:{port}", _SECRET))
    try:
        _wait_for(port)
        with charging(SERVICE, FEE):
            yield
    finally:
        bank.terminate()
        bank.wait()


def _books(home: Path) -> Path:
    return home / "demo_bank.sqlite3"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    from gapura.config.supervisor import is_answering

    for _attempt in range(200):
        if is_answering("127.0.0.1", port):
            return
        time.sleep(0.05)
    raise TimeoutError("The bank did not open.")


def plant_fresh_key() -> None:
    """The mistake: whoever tries again begins anew, under a key that the bank never saw."""
    from gapura.kernel.payments.actions import intents
    from gapura.kernel.payments.models import PaymentIntent

    begin = intents._living_intent

    def begin_anew(actor, bill_pk, provider_code, now):  # type: ignore[no-untyped-def]
        PaymentIntent.objects.filter(bill_id=bill_pk).update(status="ended", next_inquiry_at=None)
        return begin(actor, bill_pk, provider_code, now)

    intents._living_intent = begin_anew


def pay(case_number: str, person: str, now: datetime) -> None:
    """What a person does who applied: goes to the bank and pays, and begins again whenever something broke."""
    from gapura.foundation.egress import Allowed, call, with_addresses
    from gapura.kernel.cases.testing import resident
    from gapura.kernel.payments.actions import begin_payment
    from gapura.kernel.payments.queries import find_bill_of_case
    from gapura.kernel.payments.types import CannotPay

    bill = find_bill_of_case(case_number)
    if bill is None or bill.status != "open":
        return
    try:
        intent = begin_payment(
            actor=resident(person), number=bill.number, provider_code=_BANK, return_address="", now=now
        )
    except CannotPay:
        return  # paid meanwhile
    address = intent.pay_address
    call("POST", address, allowed=with_addresses(Allowed((), ()), [address]), body=b"behavior=silent")
    time.sleep(0.03)  # somebody may die here, with the money gone and nobody told


def pay_what_is_asked(now: datetime) -> None:
    """What people do who were asked for a fee only after they had gone: they come back and pay."""
    from gapura.kernel.payments.models import Bill

    for case_number, person in list(Bill.objects.filter(status="open").values_list("case_number", "payer")):
        pay(case_number, person, now)


def work(now: datetime) -> None:
    """What the worker does about money."""
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.payments.actions import inquire_due, send_refunds

    actor = system_actor("kill-loop")
    inquire_due(actor=actor, now=now)
    send_refunds(actor=actor, now=now)


def list_complaints(home: Path) -> Iterator[str]:
    """The bank's own books against the house's: one charge a bill, and every unit in its place."""
    import sqlite3

    from gapura.kernel.payments.models import Bill
    from gapura.kernel.payments.queries import list_balances, list_revenue

    with sqlite3.connect(_books(home)) as books:
        amounts = [amount for (amount,) in books.execute("SELECT amount FROM movement")]
    bills, charges = Bill.objects.count(), sum(amount > 0 for amount in amounts)
    if charges != bills:
        yield f"{charges} charges for {bills} bills"
    if unpaid := Bill.objects.exclude(status="paid").count():
        yield f"{unpaid} bills are not paid"
    if sum(list_balances().values()):
        yield "the ledger is not zero"
    if sum(list_revenue().values()) != sum(amounts):
        yield f"{sum(list_revenue().values())} earned, {sum(amounts)} at the bank"
