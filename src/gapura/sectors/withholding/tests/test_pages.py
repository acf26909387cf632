"""The pages of a reporter and of a person, and the door for a reporter's own system."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapura.kernel.identity.testing import make_resident, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.withholding.actions import accept_token, end_token, issue_token
from gapura.sectors.withholding.models import Consent, Delivery, Release, ReleasedItem, ReporterToken, SlipEntry
from gapura.sectors.withholding.testing import EMPLOYER, as_csv, make_item, make_slip
from gapura.sectors.withholding.tests.conftest import ANI, BUDI, CITRA, DIRECTOR, NOW, REPRESENTATIVE, Town, slip
from gapura.sectors.withholding.types import UnknownToken

REPORT = {"form": "slips", "tax_year": "2025", "scope": "whole", "acceptance": "rows"}
KEY = "0123456789ABCDEF"


def browser(number: str, login: str) -> Client:
    client = Client()
    sign_in(client, make_resident(login, person_number=number), second_factor=True)
    return client


@pytest.fixture
def director(town: Town) -> Client:
    """Acts for the business, as its register confirms."""
    client = browser(DIRECTOR, "dewi")
    client.post("/mandates/act/", {"relation": "company", "principal": EMPLOYER})
    return client


@pytest.fixture
def ani(town: Town) -> Client:
    return browser(ANI, "ani")


def file_of(*rows: dict[str, object]) -> SimpleUploadedFile:
    return SimpleUploadedFile("slips.csv", as_csv(*rows), content_type="text/csv")


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def test_a_business_sends_a_report_and_reads_what_became_of_it(director: Client) -> None:
    assert "withheld" in text(director, "/reporting/deliver/")
    sent = director.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI), slip(BUDI, "S-2", gross=-1))})
    assert sent.status_code == 302, sent.content.decode()
    assert director.get(sent["Location"]).headers["Refresh"] == "3"
    deliver_pending()
    assert "Refresh" not in director.get(sent["Location"]).headers
    page = text(director, sent["Location"])
    assert "Rows taken in: 1. Rows that were not: 1." in page
    assert "Line 3" in page
    assert "never below zero" in page
    assert SlipEntry.objects.get().employer_name == "PT Maju Jaya"
    assert "1 of 2 rows" in text(director, "/reporting/")


def test_the_same_file_sent_twice_is_one_delivery(director: Client) -> None:
    first, again = (director.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))}) for _click in range(2))
    assert first["Location"] == again["Location"]
    assert "sent this very file before" in text(director, again["Location"])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"tax_year": "1999"}, "valid choice"),
        ({"form": "gifts"}, "valid choice"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "not empty"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * (6144 * 1024 + 1))}, "KiB"),
    ],
)
def test_a_form_with_something_wrong_says_what(director: Client, changed: dict[str, object], words: str) -> None:
    page = director.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))} | changed)
    assert words in page.content.decode().lower() or words in page.content.decode()
    assert not Delivery.objects.exists()


def test_reports_are_for_who_acts_for_the_business(director: Client, ani: Client) -> None:
    sent = director.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))})
    for address in ("/reporting/", "/reporting/deliver/", sent["Location"], "/reporting/keys/", "/reporting/released/"):
        assert ani.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert ani.post("/reporting/deliver/", REPORT | {"file": file_of(slip(ANI))}).status_code == 404
    other = Delivery.objects.create(
        **{
            field.attname: getattr(Delivery.objects.get(), field.attname)
            for field in Delivery._meta.concrete_fields
            if field.attname not in ("id", "number", "reporter_number")
        },
        number="OTHER",
        reporter_number="9120000000099",
    )
    assert director.get(f"/reporting/deliveries/{other.number}/").status_code == 404


# The door for systems


@pytest.fixture
def token(town: Town) -> str:
    account = make_resident("dewi", person_number=DIRECTOR)
    actor = replace(REPRESENTATIVE, account_id=account.pk)
    return issue_token(actor=actor, reporter_name="PT Maju Jaya", label="payroll", now=NOW)[1]


def test_a_system_delivers_with_the_key_that_its_director_made(director: Client) -> None:
    page = director.post("/reporting/keys/", {"label": "payroll"}).content.decode()
    [value] = re.findall(r"gprt_[\w-]+", page)
    assert value not in text(director, "/reporting/keys/"), "it is shown once"
    bearer = {"headers": {"Authorization": f"Bearer {value}"}}
    sent = Client(enforce_csrf_checks=True).post(
        "/reporting/api/deliveries/", REPORT | {"file": file_of(slip(ANI), slip(BUDI))}, **bearer
    )
    assert sent.status_code == 202, sent.content.decode()
    assert sent.json()["state"] == "waiting"
    deliver_pending()
    report = Client().get(sent.json()["address"], **bearer).json()
    assert (report["state"], report["rows_new"], report["version"]) == ("partly", 1, 1)
    [finding] = report["findings"]
    assert (finding["line"], finding["column"], finding["fault"]) == (3, "slip_number", "twice")
    assert Delivery.objects.get().sent_by_system
    again = Client().post("/reporting/api/deliveries/", REPORT | {"file": file_of(slip(ANI), slip(BUDI))}, **bearer)
    assert (again.status_code, again.json()["number"]) == (200, report["number"])
    director.post(f"/reporting/keys/{ReporterToken.objects.get().pk}/stop/")
    assert Client().get(sent.json()["address"], **bearer).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Bearer " + "x" * 300])
def test_without_a_key_there_is_nothing_to_see(token: str, header: str) -> None:
    answer = Client().post("/reporting/api/deliveries/", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_request_with_something_wrong_says_which_field(token: str) -> None:
    answer = Client().post(
        "/reporting/api/deliveries/", {"form": "slips"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"tax_year", "scope", "acceptance", "file"}


def test_a_key_sees_its_own_business_alone(token: str) -> None:
    bearer = {"headers": {"Authorization": f"Bearer {token}"}}
    assert Client().get("/reporting/api/deliveries/NOWHERE/", **bearer).status_code == 404


def test_a_key_ends_with_its_term_and_with_its_persons_power(token: str, town: Town) -> None:
    actor, _token = accept_token(value=token, now=NOW)
    assert actor.principal == EMPLOYER
    with pytest.raises(UnknownToken):
        accept_token(value=token, now=NOW + timedelta(days=366))
    town.business.answers["is-representative-of", EMPLOYER] = False
    with pytest.raises(NotMandated):
        accept_token(value=token, now=NOW)
    refused = Client().post("/reporting/api/deliveries/", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 403


def test_a_key_makes_no_key_and_nobody_stops_anothers(token: str) -> None:
    actor, made = accept_token(value=token, now=NOW)
    with pytest.raises(AccessDenied):
        issue_token(actor=actor, reporter_name="x", label="x", now=NOW)
    with pytest.raises(AccessDenied):
        end_token(actor=replace(REPRESENTATIVE, principal="9120000000099"), token_id=made.pk, now=NOW)


# A person's own page


def test_a_person_sees_what_was_reported_and_what_it_does_to_their_tax(ani: Client) -> None:
    make_slip(ANI, gross=120_000_000, tax_withheld=2_715_000)
    make_item(ANI, item_kind="zakat", amount=2_000_000, tax_withheld=0, item_number="Z-1", provider_name="BAZNAS")
    make_item(BUDI, item_kind="medical", provider_name="RS Budi Kemuliaan")
    page = text(ani, "/tax/year-end/?year=2025")
    assert "PT Maju Jaya" in page
    assert "BAZNAS" in page
    assert "You would get back" in page
    assert "RS Budi Kemuliaan" not in page, "never a byte of anybody else"
    assert "same figures as a table" in page
    assert "Nobody reported anything" in text(ani, "/tax/year-end/?year=2024")
    assert "no-store" in ani.get("/tax/year-end/").headers["Cache-Control"]
    assert ani.get("/tax/year-end/?year=nonsense").status_code == 200


def test_the_childs_amounts_show_by_themselves_and_a_grown_ups_after_consent(ani: Client, town: Town) -> None:
    make_slip(ANI)
    make_item(CITRA, item_kind="school_fees", provider_name="SD Merdeka", item_number="F-1")
    make_item(BUDI, item_kind="medical", provider_name="RS Budi Kemuliaan")
    town.add_child(ANI, CITRA)
    page = text(ani, "/tax/year-end/?year=2025")
    assert "SD Merdeka" in page
    assert "RS Budi Kemuliaan" not in page
    budi = browser(BUDI, "budi")
    assert "Ani Wijaya" in text(budi, "/tax/year-end/consent/")
    assert budi.post("/tax/year-end/consent/", {"viewer": ANI}).status_code == 302
    assert "RS Budi Kemuliaan" in text(ani, "/tax/year-end/?year=2025")
    assert "RS Budi Kemuliaan" not in text(browser(DIRECTOR, "dewi"), "/tax/year-end/?year=2025")
    assert ani.post(f"/tax/year-end/consent/{Consent.objects.get().pk}/stop/").status_code == 404
    budi.post(f"/tax/year-end/consent/{Consent.objects.get().pk}/stop/")
    assert "RS Budi Kemuliaan" not in text(ani, "/tax/year-end/?year=2025")


def test_the_register_says_whose_child_it_is(ani: Client, town: Town) -> None:
    make_item(CITRA, item_kind="school_fees", provider_name="SD Merdeka")
    town.add_child(ANI, CITRA)
    town.family.answers["is-parent-of-minor", CITRA] = False
    assert "SD Merdeka" not in text(ani, "/tax/year-end/?year=2025")


def test_nobody_consents_to_a_stranger_or_twice(town: Town) -> None:
    budi = browser(BUDI, "budi")
    assert "list" in budi.post("/tax/year-end/consent/", {"viewer": DIRECTOR}).content.decode()
    assert "list" in budi.post("/tax/year-end/consent/", {"viewer": BUDI}).content.decode()
    budi.post("/tax/year-end/consent/", {"viewer": ANI})
    budi.post("/tax/year-end/consent/", {"viewer": ANI})
    assert Consent.objects.count() == 1


def test_a_consent_ends_with_its_day(ani: Client, town: Town) -> None:
    from gapura.foundation import clock

    make_item(BUDI, item_kind="medical", provider_name="RS Budi Kemuliaan")
    browser(BUDI, "budi").post("/tax/year-end/consent/", {"viewer": ANI})
    with clock.frozen(NOW + timedelta(days=366)):
        again = browser_again(ani)
        assert "RS Budi Kemuliaan" not in text(again, "/tax/year-end/?year=2025")


def browser_again(client: Client) -> Client:
    """The same person, signed in today."""
    from gapura.kernel.identity.queries import find_account

    account = find_account("ani")
    assert account is not None
    fresh = Client()
    sign_in(fresh, account, second_factor=True)
    return fresh


def release(client: Client, *keys: str, **more: object) -> int:
    form = {"keys": list(keys), "employer": EMPLOYER, "send_key": KEY} | more
    return client.post("/tax/year-end/release/?year=2025", form).status_code


def test_the_employer_sees_what_was_released_and_nothing_else(ani: Client, director: Client) -> None:
    kept = make_slip(ANI)
    given = make_slip(
        ANI,
        employer_number="9120000000077",
        employer_name="CV Lama",
        slip_number="L-1",
        gross=5_000_000,
        tax_withheld=0,
        month_until=3,
        pension_contributions=0,
    )
    make_item(ANI, item_kind="medical", provider_name="RS Budi Kemuliaan", amount=9_999_999, tax_withheld=0)
    assert "CV Lama" in text(ani, "/tax/year-end/release/?year=2025")
    assert release(ani, f"slip-{given.pk}") == 302
    assert release(ani, f"slip-{given.pk}") == 302, "the same page sent twice"
    assert Release.objects.count() == 1
    page = text(director, "/reporting/released/")
    assert "CV Lama" in page
    assert "Ani Wijaya" in page
    assert "RS Budi Kemuliaan" not in page
    assert f"{kept.gross:,}" not in page
    one = Release.objects.get()
    assert ani.post(f"/reporting/released/{one.number}/use/").status_code == 404
    director.post(f"/reporting/released/{one.number}/use/")
    ani.post(f"/tax/year-end/releases/{one.number}/take-back/")
    one.refresh_from_db()
    assert one.state == "used", "what is in the payroll is not taken back"


def test_what_is_taken_back_is_not_seen_nor_used(ani: Client, director: Client) -> None:
    given = make_slip(ANI)
    release(ani, f"slip-{given.pk}")
    one = Release.objects.get()
    assert browser(BUDI, "budi").post(f"/tax/year-end/releases/{one.number}/take-back/").status_code == 404
    ani.post(f"/tax/year-end/releases/{one.number}/take-back/")
    assert "Ani Wijaya" not in text(director, "/reporting/released/")
    director.post(f"/reporting/released/{one.number}/use/")
    one.refresh_from_db()
    assert one.state == "taken-back"


@pytest.mark.parametrize(
    ("keys", "more"),
    [
        (["slip-999999"], {}),
        ([], {}),
        (["theirs"], {}),
        (["mine"], {"employer": "9120000000099"}),
        (["mine"], {"dependants": [BUDI]}),
    ],
    ids=["no such line", "nothing", "another's line", "another employer", "nobody of mine"],
)
def test_a_wrong_choice_releases_nothing(ani: Client, keys: list[str], more: dict[str, object]) -> None:
    mine, theirs = make_slip(ANI), make_slip(BUDI)
    named = {"mine": f"slip-{mine.pk}", "theirs": f"slip-{theirs.pk}"}
    assert release(ani, *(named.get(key, key) for key in keys), **more) == 200
    assert not ReleasedItem.objects.exists()


def test_a_dependant_is_counted_by_one_person_alone(ani: Client, town: Town) -> None:
    make_slip(ANI), make_slip(BUDI)
    budi = browser(BUDI, "budi")
    town.add_child(ANI, CITRA)
    town.add_child(BUDI, CITRA)
    assert release(ani, dependants=[CITRA]) == 302
    refused = budi.post(
        "/tax/year-end/release/?year=2025", {"dependants": [CITRA], "employer": EMPLOYER, "send_key": KEY}
    )
    assert "counts one of these people" in refused.content.decode()
    assert "Ani" not in refused.content.decode()
    assert "Counted by somebody else" in text(budi, "/tax/year-end/?year=2025")
    ani.post(f"/tax/year-end/releases/{Release.objects.get().number}/take-back/")
    assert release(budi, dependants=[CITRA]) == 302


def test_a_dependant_with_an_income_is_warned_of(ani: Client, town: Town) -> None:
    make_slip(ANI)
    make_slip(BUDI, gross=60_000_000, tax_withheld=0)
    browser(BUDI, "budi").post("/tax/year-end/consent/", {"viewer": ANI})
    assert "Has an income of their own" in text(ani, "/tax/year-end/?year=2025")
