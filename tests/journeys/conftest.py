"""A person's journeys in a real browser, against a running house with a small register."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import finish_waiting_cases
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.identity.testing import PASSWORD, make_resident
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.civil.testing import make_family, make_person, make_residence

SITI, BUDI = "3171014501900001", "3171010203180001"


@dataclass(frozen=True)
class House:
    """The running house and the account of Siti, a mother of one."""

    address: str
    login: str = "siti"
    password: str = PASSWORD


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh English browser of a desktop's size; nothing may go wrong on its console."""
    made = chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text))
    yield made
    made.close()
    assert [text for text in complaints if "Content Security Policy" in text] == []


@pytest.fixture
def house(chromium: Browser, live_server: Any) -> House:
    """A register with Siti and her son, and the country's agreements."""
    make_person(SITI, "Siti Rahayu")
    make_person(BUDI, "Budi Rahayu", birth_on=date(2018, 3, 2), sex="male", mother_number=SITI)
    for number in (SITI, BUDI):
        make_residence(number)
    make_family("3171010101150001", {SITI: "head", BUDI: "child"})
    stand_all_agreements()
    make_resident("siti", person_number=SITI)
    return House(live_server.url)


def let_the_house_work() -> None:
    """What the worker would do now. In a thread of its own: sealing has an event loop, and so has the browser's."""

    def work() -> None:
        try:
            deliver_pending()
            finish_waiting_cases(actor=system_actor("test"), now=clock.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(work).result()
