"""A person's journeys in a real browser, against a running house with a small register."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from gapura.kernel.audit.types import system_actor
from gapura.kernel.catalogue.queries import list_agreement_declarations
from gapura.kernel.exchange.actions import adopt_agreement
from gapura.kernel.identity.testing import PASSWORD, make_resident
from gapura.sectors.civil.testing import make_family, make_person, make_residence
from tools.chromium import find_chromium

SITI, BUDI = "3171014501900001", "3171010203180001"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class House:
    """The running house and the account of Siti, a mother of one."""

    address: str
    login: str = "siti"
    password: str = PASSWORD


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and so do the factories that write to the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser
        browser.close()


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
    for one in list_agreement_declarations():
        adopt_agreement(
            actor=system_actor("test"),
            code=one.code,
            consumer=one.consumer,
            evidence_type=one.evidence_type,
            fields=one.fields,
            questions=one.questions,
            legal_ground=one.legal_ground,
            purpose=one.purpose,
            valid_from=one.valid_from,
            valid_until=one.valid_until,
        )
    make_resident("siti", person_number=SITI)
    return House(live_server.url)
