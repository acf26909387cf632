"""The pages: what a person may do about their data, and the records officer's desk."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gapura.foundation import clock
from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.queries import list_open_approvals
from gapura.kernel.approvals.testing import official
from gapura.kernel.exchange.testing import agree
from gapura.kernel.identity.testing import NUMBER, REGISTRAR, make_official, make_resident, sign_in
from gapura.kernel.records.models import ConsentWithdrawal, DataCopy, Hold
from gapura.kernel.records.queries.tables import get_model
from gapura.kernel.records.types import OFFICER

pytestmark = pytest.mark.django_db

RECORDS = "dukcapil/31.71/records"
CONSENT = "UU 27/2022 Pasal 20"


@pytest.fixture
def person(client: Client) -> Client:
    sign_in(client, make_resident(), second_factor=True)
    return client


@pytest.fixture
def officer(client: Client) -> Client:
    sign_in(client, make_official(post_code=RECORDS, roles=(OFFICER,)), post_code=RECORDS)
    return client


def make_copy(person_number: str = NUMBER, age: timedelta = timedelta(0)) -> DataCopy:
    made_at = clock.now() - age
    return DataCopy.objects.create(
        code="ABCDEFGH12345678",
        person_number=person_number,
        case_number="CASE1",
        made_at=made_at,
        expires_at=made_at + timedelta(days=14),
        rows=3,
        sha256="0" * 64,
        content=b"PK",
    )


def test_a_person_fetches_their_copy_once_it_is_there(person: Client) -> None:
    assert "You have not asked for a copy yet." in person.get(reverse("records:copies")).content.decode()
    copy = make_copy()
    page = person.get(reverse("records:copies")).content.decode()
    assert reverse("records:copy-file", args=[copy.code]) in page
    answer = person.get(reverse("records:copy-file", args=[copy.code]))
    assert (answer.content, answer.headers["Cache-Control"]) == (b"PK", "no-store")


@pytest.mark.parametrize("wrong", [{"person_number": "3171010105880002"}, {"age": timedelta(days=15)}])
def test_anothers_copy_and_an_expired_one_look_like_none(person: Client, wrong: dict[str, Any]) -> None:
    copy = make_copy(**wrong)
    assert person.get(reverse("records:copy-file", args=[copy.code])).status_code == 404
    copy.refresh_from_db()
    assert copy.fetched_at is None


def test_a_person_takes_back_a_consent_and_gives_it_again(person: Client) -> None:
    agree("bank-nusantara", "civil.person", CONSENT)
    given = {"consumer": "bank-nusantara", "legal_ground": CONSENT}
    assert "Bank Nusantara" in person.get(reverse("records:copies")).content.decode()
    person.post(reverse("records:withdraw-consent"), given)
    withdrawal = ConsentWithdrawal.objects.get(renewed_at=None)
    again = person.post(reverse("records:withdraw-consent"), given, follow=True)
    assert "You have withdrawn this consent already." in again.content.decode()
    person.post(reverse("records:renew-consent", args=[withdrawal.pk]))
    assert not ConsentWithdrawal.objects.filter(renewed_at=None).exists()
    assert person.post(reverse("records:renew-consent", args=[withdrawal.pk])).status_code == 404


def test_the_officer_sees_what_is_due_and_a_hold_set_by_two(officer: Client) -> None:
    at = clock.now() - timedelta(days=400)
    get_model("identity.SignInRecord")._base_manager.create(
        at=at, target="x", network="", agent="", method="password", succeeded=True
    )
    assert "Attempts to sign in" in officer.get(reverse("records:desk")).content.decode()
    form = {"reason": "court", "reference": "PTUN 12/2026", "retention_class": "sign-in"}
    assert officer.post(reverse("records:set-hold"), form).status_code == 302
    assert not Hold.objects.exists()
    colleague = official("3171016003850009", roles=(OFFICER,), account_id=9, post="records")
    (request,) = list_open_approvals(colleague)
    grant_approval(actor=colleague, request_id=request.pk, note="", now=clock.now())
    page = officer.get(reverse("records:desk")).content.decode()
    assert "PTUN 12/2026" in page
    number = Hold.objects.get().number
    assert officer.post(reverse("records:lift-hold", args=[number]), {"ground": "Ruled."}).status_code == 302
    assert Hold.objects.get().lifted_at is None


def test_a_hold_without_anything_to_hold_comes_back_with_the_reason(officer: Client) -> None:
    answer = officer.post(reverse("records:set-hold"), {"reason": "court", "reference": "PTUN 12/2026"})
    assert "Say what must not be destroyed" in answer.content.decode()
    gone = officer.post(reverse("records:lift-hold", args=["NONE"]), {"ground": "Ruled."})
    assert "There is no such hold" in gone.content.decode()


@pytest.mark.parametrize(("name", "arguments"), [("desk", []), ("set-hold", []), ("lift-hold", ["X"])])
def test_the_desk_is_for_records_officers_alone(client: Client, name: str, arguments: list[str]) -> None:
    sign_in(client, make_official(), post_code=REGISTRAR)
    assert client.get(reverse(f"records:{name}", args=arguments)).status_code == 404
