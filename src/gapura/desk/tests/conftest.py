"""The office of these tests, at one moment."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from gapura.desk.tests import office
from gapura.foundation import clock

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.frozen(office.NOW):
        yield


@pytest.fixture
def knock(db: None) -> SignIn:
    return office.knock


@pytest.fixture
def registered(db: None) -> None:
    office.register_ani()


@pytest.fixture
def case_number(registered: None) -> str:
    return office.open_case()
