"""The pages of a return: from the list to the receipt, and nobody's but their own."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.test import Client

from gapura.kernel.exchange.testing import MemoryProvider
from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.sectors.tax.models import ReturnVersion
from gapura.sectors.tax.tests.returns import DEWI, STRANGER, filing_town, slip

Town = dict[str, MemoryProvider]
pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/tax/returns/annual/2025/"


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    with filing_town() as providers:
        yield providers


def browser(number: str = DEWI, login: str = "dewi", *, second_factor: bool = False) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    sign_in(found, make_resident(login, person_number=number), second_factor=second_factor)
    return found


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(revision|difference)" value="(-?\d+)"', page))


def test_from_the_list_to_the_receipt_in_three_steps(town: Town) -> None:
    dewi = browser()
    assert "Annual income tax return 2025" in dewi.get("/tax/returns/").content.decode()
    assert "Fill in my return" in dewi.get(PAGE).content.decode()
    page = dewi.post(f"{PAGE}prepare/", follow=True).content.decode()
    assert "You owe" in page
    assert "370,000" in page
    assert "PT Maju" in page
    answer = dewi.post(f"{PAGE}file/", hidden(page), follow=True)
    page = answer.content.decode()
    assert "Filed on" in page
    assert answer.redirect_chain[-1][0] == f"{PAGE}versions/1/"
    receipt = dewi.get(f"{PAGE}versions/1/receipt/")
    assert receipt.content.startswith(b"%PDF")
    assert "Filed" in dewi.get("/tax/returns/").content.decode()


def test_a_datum_is_corrected_and_something_added_on_pages(town: Town) -> None:
    dewi = browser()
    dewi.post(f"{PAGE}prepare/")
    page = dewi.get(f"{PAGE}items/0/").content.decode()
    form = {**hidden(page), "bruto_bukti": "121.000.000", "iuran_bukti": "3.600.000", "pph_bukti": "2.000.000"}
    form |= {"zakat_bukti": "0", "bulan_bukti": "12"}
    page = dewi.post(f"{PAGE}items/0/", form).content.decode()
    assert "Say it in one sentence." in page
    page = dewi.post(f"{PAGE}items/0/", {**form, "reason": "My payslips."}, follow=True).content.decode()
    assert "Corrected by you" in page
    page = dewi.get(f"{PAGE}add/zakat/").content.decode()
    added = {**hidden(page), "label": "Baznas", "zakat": "2,000,000", "reason": "Receipt 12."}
    page = dewi.post(f"{PAGE}add/zakat/", added, follow=True).content.decode()
    assert "Added by you" in page
    assert "Baznas" in page
    assert ReturnVersion.objects.count() == 0


@pytest.mark.parametrize("amount", ["-5", "1.5e9", "12,5 juta", "9" * 20])
def test_an_amount_that_is_none_is_explained_beside_its_field(town: Town, amount: str) -> None:
    dewi = browser()
    dewi.post(f"{PAGE}prepare/")
    page = dewi.get(f"{PAGE}add/other/").content.decode()
    form = {**hidden(page), "label": "x", "penghasilan_lain": amount, "reason": "x"}
    page = dewi.post(f"{PAGE}add/other/", form).content.decode()
    assert "Please check the following" in page


def test_a_stranger_meets_nothing_of_hers_under_the_same_addresses(town: Town) -> None:
    dewi, stranger = browser(), browser(STRANGER, "stranger")
    dewi.post(f"{PAGE}prepare/")
    page = dewi.get(PAGE).content.decode()
    dewi.post(f"{PAGE}file/", hidden(page))
    assert "Fill in my return" in stranger.get(PAGE).content.decode()
    assert stranger.get(f"{PAGE}versions/1/").status_code == 404
    assert stranger.get(f"{PAGE}versions/1/receipt/").status_code == 404
    assert "PT Maju" not in stranger.get("/tax/returns/").content.decode()


def test_a_slip_that_changes_is_told_and_taken_over_with_one_button(town: Town) -> None:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.sectors.tax.actions.return_news import compare_filed_returns

    dewi = browser()
    dewi.post(f"{PAGE}prepare/")
    dewi.post(f"{PAGE}file/", hidden(dewi.get(PAGE).content.decode()))
    told = {"actor": system_actor("tax"), "taxpayer": DEWI, "register": "withholding.slipentry"}
    assert compare_filed_returns(**told, now=clock.now()) == 0
    town["tax.withholding-slip"].records[DEWI] = [slip(gross=130_000_000)]
    assert compare_filed_returns(**told, now=clock.now()) == 1
    page = dewi.get(f"{PAGE}versions/1/").content.decode()
    assert "Something new was reported since you filed" in page
    page = dewi.post(f"{PAGE}accept/", hidden(page), follow=True).content.decode()
    assert ReturnVersion.objects.get(number=2).difference == 500_000
    assert compare_filed_returns(**told, now=clock.now()) == 0
