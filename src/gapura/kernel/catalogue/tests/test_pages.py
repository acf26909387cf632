"""The page of a public service."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from gapura.foundation import clock

pytestmark = pytest.mark.django_db

SERVICE = "/services/civil.family-card/"


@pytest.mark.parametrize(
    ("language", "title"), [("id", "Salinan Kartu Keluarga"), ("en", "Family card"), ("ko", "가족")]
)
def test_it_says_cost_days_law_and_where_to_apply(client: Client, language: str, title: str) -> None:
    page = client.get(SERVICE, headers={"accept-language": language}).content.decode()
    assert title in page
    assert f'href="{SERVICE}apply/"' in page
    assert "UU 23/2006" in page


def test_it_is_given_to_machines_as_linked_data(client: Client) -> None:
    answer = client.get(f"{SERVICE}data.jsonld")
    assert answer.headers["Content-Type"] == "application/ld+json"
    assert json.loads(answer.content)["@context"]
    assert SERVICE.strip("/").split("/")[1] in client.get("/services.jsonld").content.decode()


def test_an_unknown_service_is_no_page(client: Client) -> None:
    assert client.get("/services/civil.no-such-thing/").status_code == 404
    assert client.get("/services/civil.no-such-thing/data.jsonld").status_code == 404


def test_a_service_before_its_law_says_so(client: Client) -> None:
    with clock.frozen(datetime(1990, 1, 1, tzinfo=UTC)):
        answer = client.get(SERVICE, headers={"accept-language": "en"})
    assert answer.status_code == 410
    assert "not in force yet" in answer.content.decode()
