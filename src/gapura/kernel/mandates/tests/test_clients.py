"""A professional with a thousand clients: found by name, each with a grant of their own, at a fixed cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gapura.kernel.mandates.models import Mandate
from gapura.kernel.mandates.queries import list_clients
from gapura.kernel.mandates.testing import AGUS, DEWI, NOW, SERVICE, TODAY

CLIENTS = 1000
STANDING = CLIENTS - 3


@pytest.fixture
def clients(db: None) -> None:
    rows = [
        Mandate(
            number=f"N{position:05}",
            relation="professional",
            principal=f"31710202018{position:05}",
            principal_name=f"Client {position % 500:04}",
            representative=AGUS,
            representative_name="Agus Salim",
            services=[SERVICE],
            valid_from=TODAY,
            valid_until=TODAY + timedelta(days=30),
            grant_key="key",
            grant_digest="",
            granted_at=NOW,
            accepted_at=NOW,
            document_code="",
        )
        for position in range(CLIENTS)
    ]
    rows[0].accepted_at = None
    rows[1].ended_at, rows[1].ended_by = NOW, "principal"
    rows[2].valid_from, rows[2].valid_until = TODAY - timedelta(days=9), TODAY
    Mandate.objects.bulk_create(rows)


def test_every_page_of_a_thousand_clients_is_one_query_and_shows_each_once(
    clients: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    after, seen = None, []
    while True:
        with django_assert_num_queries(1):
            page = list_clients(AGUS, on=TODAY, after=after, limit=90)
        seen += [(row.principal_name, row.pk) for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(set(seen)) == len(seen) == STANDING
    assert seen == sorted(seen)


def test_clients_are_found_by_part_of_a_name_or_the_beginning_of_a_number(
    clients: None, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(2):
        by_name = list_clients(AGUS, on=TODAY, search="ent 0123")
        by_number = list_clients(AGUS, on=TODAY, search="3171020201800777")
    assert {row.principal_name for row in by_name.rows} == {"Client 0123"}
    assert len(by_name.rows) == 2
    assert [row.principal for row in by_number.rows] == ["3171020201800777"]
    assert list_clients(AGUS, on=TODAY, search="%").rows == ()


def test_what_is_not_accepted_ended_or_expired_is_no_client(clients: None) -> None:
    for number in ("3171020201800000", "3171020201800001", "3171020201800002"):
        assert list_clients(AGUS, on=TODAY, search=number).rows == ()
    assert list_clients(DEWI, on=TODAY).rows == ()


@pytest.mark.parametrize("torn", ["", "x", "1", "١_Client", "9" * 40 + "_Client"])
def test_a_torn_cursor_shows_a_page_and_no_error(clients: None, torn: str) -> None:
    assert list_clients(AGUS, on=TODAY, after=torn, limit=5)
