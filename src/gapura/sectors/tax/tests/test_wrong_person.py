"""The person proven is the person shown: every page of taxes, with somebody else signed in, gives no byte of hers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from gapura.kernel.mandates.testing import make_mandate
from gapura.sectors.tax import urls
from gapura.sectors.tax.models import ReturnVersion, TaxReturn
from gapura.sectors.tax.testing import make_return
from gapura.sectors.tax.tests.returns import CHILD, DEWI, IN_MARCH, RATNA, STRANGER, filing_town
from gapura.sectors.tax.tests.test_return_pages import PAGE, browser, hidden

pytestmark = pytest.mark.django_db(transaction=True)
HERS = ("PT Maju", "121,000,000", "Bayu", "Royalties", CHILD, "secret reason")
PAGES = {one.name: one for one in urls.urlpatterns if isinstance(one, URLPattern) and "returns" in str(one.pattern)}
PARTS: Mapping[str, tuple[Any, ...]] = {
    "code": ("annual", "vat"),
    "period": ("2025", "2024"),
    "number": (1,),
    "position": (0, 1),
    "figure": ("pph_terutang",),
    "item_code": ("other", "zakat"),
}


@pytest.fixture
def town(db: None) -> Iterator[dict[str, Any]]:
    """Dewi has a draft with a correction, and a return that was filed."""
    with filing_town() as providers:
        dewi = browser()
        dewi.post(f"{PAGE}prepare/")
        form = {**hidden(dewi.get(f"{PAGE}items/0/").content.decode()), "bruto_bukti": "121000000"}
        dewi.post(f"{PAGE}items/0/", {**form, "reason": "secret reason"})
        make_return(DEWI, "2024", now=IN_MARCH, filed=True)
        yield {**providers, "browser": dewi}


def addresses(name: str) -> Iterator[str]:
    """Every address of the page with every part it may have."""
    made = ["/" + re.sub(r"\\", "", str(PAGES[name].pattern))]
    for part, values in PARTS.items():
        place = re.compile(rf"<\w+:{part}>")
        made = [
            place.sub(str(value), address) for address in made for value in (values if place.search(address) else ("",))
        ]
    yield from made


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_stranger_is_given_nothing_of_hers_whatever_number_they_name(town: Any, name: str) -> None:
    before = snapshot()
    stranger = browser(STRANGER, "stranger")
    theirs = {"taxpayer": DEWI, "subject": DEWI, "principal": DEWI, "revision": "2", "difference": "1", "reason": "x"}
    for address in addresses(name):
        for answer in (
            stranger.get(address, theirs, follow=True),
            stranger.post(address, theirs, follow=True),
            stranger.post(address, theirs, follow=True, headers={"x-forwarded-user": DEWI, "x-gapura-person": DEWI}),
        ):
            assert_nothing_of_hers(answer.content.decode(errors="replace"), address)
    assert snapshot() == before


def test_it_would_notice_her_data(town: Any) -> None:
    """The positive control: her own pages hold what is looked for."""
    page = town["browser"].get(PAGE).content.decode()
    assert all(one in page for one in ("PT Maju", "121,000,000", "Bayu", "secret reason"))
    with pytest.raises(AssertionError):
        assert_nothing_of_hers(page, PAGE)


def test_a_session_that_says_it_acts_for_her_is_not_believed(town: Any) -> None:
    stranger = browser(STRANGER, "stranger")
    session = stranger.session
    session["acting_for"] = {
        "principal": DEWI, "full_name": "Dewi", "relation": "proxy", "mandate": "proxy:0000000", "until": None,
        "confirmed_on": "2026-03-02", "person": STRANGER,
    }  # fmt: skip
    session.save()
    assert_nothing_of_hers(stranger.get(PAGE, follow=True).content.decode(), PAGE)


def test_a_tax_agent_sees_and_files_what_the_mandate_names_and_no_more(town: Any) -> None:
    agent = browser(RATNA, "agent", second_factor=True)
    mandate = begin(agent, "tax.annual-return")
    page = agent.get(PAGE).content.decode()
    assert "You are acting for" in page
    assert "PT Maju" in page
    assert agent.get("/tax/returns/small-business/2026-01/").status_code == 404
    agent.post(f"{PAGE}file/", hidden(page))
    version = ReturnVersion.objects.select_related("tax_return").get(tax_return__period="2025")
    assert (version.tax_return.taxpayer, version.filed_by) == (DEWI, RATNA)
    assert version.mandate == f"proxy:{mandate}"


def test_an_agent_for_something_else_sees_nothing(town: Any) -> None:
    agent = browser(RATNA, "agent", second_factor=True)
    begin(agent, "tax.clearance")
    answer = agent.get(PAGE)
    assert answer.status_code == 404
    assert "PT Maju" not in answer.content.decode()


def begin(client: Client, service: str) -> str:
    """Let Ratna act for Dewi under a mandate for the service; its number."""
    mandate = make_mandate(DEWI, RATNA, services=[service], representative_name="Ratna Sari", now=IN_MARCH)
    client.post("/mandates/act/", {"relation": "proxy", "principal": DEWI, "number": mandate.number})
    return mandate.number


def snapshot() -> list[Any]:
    own = TaxReturn.objects.filter(taxpayer=DEWI).order_by("pk")
    return [*own.values(), *ReturnVersion.objects.filter(tax_return__in=own).order_by("pk").values()]


def assert_nothing_of_hers(page: str, address: str) -> None:
    shown = [one for one in HERS if one in page]
    assert not shown, f"{address} shows {shown}"
