"""The benefit finder filled in from the registers: lawfully, of one's own household, and as if typed by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.exchange.testing import AccessRecord, memory_providers, without_agreements
from gapura.kernel.identity.testing import Account, make_resident, sign_in
from gapura.kernel.law.finder import Interview
from gapura.kernel.law.forms import make_field
from gapura.kernel.law.plugin import find_household_source
from gapura.kernel.law.queries import get_law_on
from gapura.sectors.civil.testing import make_family, make_person, make_residence
from gapura.sectors.education.testing import make_enrollment, make_school
from gapura.sectors.welfare.households import get_declaration
from gapura.sectors.welfare.testing import make_disability, make_rank

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
MOTHER, SON, GRANDMOTHER, NEPHEW = "3171014502900001", "3171010103180002", "3171014101500003", "3171010505160004"
STRANGER = "3171010101800009"
START, FILL, NEXT = "/law/what-may-i-get/", "/law/what-may-i-get/filled-in/", "/law/what-may-i-get/next/"


@pytest.fixture(autouse=True)
def household(db: None) -> Iterator[None]:
    """A mother, her son at school, his grandmother and a nephew on one family card; and a stranger with their own."""
    stand_all_agreements()
    make_person(MOTHER, "Ani Wijaya", birth_on=date(1990, 2, 5))
    make_person(SON, "Budi Wijaya", birth_on=date(2018, 3, 1), mother_number=MOTHER)
    make_person(GRANDMOTHER, "Citra Wijaya", birth_on=date(1950, 1, 1))
    make_person(NEPHEW, "Dodi Wijaya", birth_on=date(2016, 5, 5))
    make_person(STRANGER, "Agus Salim", birth_on=date(1980, 1, 1))
    members = {MOTHER: "head", SON: "child", GRANDMOTHER: "parent", NEPHEW: "other"}
    make_family("3171010101150001", members)
    make_family("3171010101150002", {STRANGER: "head"})
    for number in (MOTHER, SON, STRANGER):
        make_residence(number)
    make_rank(MOTHER, 2)
    make_rank(STRANGER, 9)
    make_school()
    make_enrollment(SON)
    for number in (SON, GRANDMOTHER, NEPHEW):
        make_disability(number, disability_degree="severe")
    with clock.frozen(NOW):
        yield


@pytest.fixture
def mother() -> Client:
    return signed_in(make_resident("ani", person_number=MOTHER))


def signed_in(account: Account, *, second_factor: bool = True) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    sign_in(client, account, second_factor=second_factor)
    return client


def read(answer) -> str:
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode()).replace("\xa0", " ")


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def kept(page: str) -> dict[str, str]:
    return {name: value for name, value in hidden(page).items() if name.startswith("a-")}


def findings(page: str) -> list[str]:
    """Every benefit with its standing and amount, as the page says it, without the explanations."""
    listed = page.partition('class="findings"')[2].partition("</section>")[0]
    return [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<p>(.*?)</p>", listed)]


def test_what_is_known_decides_the_same_as_typed_by_hand(mother: Client) -> None:
    page = read(mother.post(FILL))

    typed = {
        "a-desil-0": "2",
        "a-di_jakarta-0": "yes",
        "a-usia-0": "36",
        "a-usia-1": "8",
        "a-usia-2": "76",
        "a-usia-3": "9",
        "a-jenjang-1": "sd",
        "a-disabilitas_berat-1": "yes",
    }
    assert kept(page) == typed
    by_hand = read(Client(headers={"Accept-Language": "en"}).get(f"{START}?{urlencode({'members': 4, **typed})}"))
    assert findings(page) == findings(by_hand)
    assert any("IDR" in one for one in findings(page))
    assert "Ani Wijaya: Age" in page
    assert page.count("from Ministry of Social Affairs") == 2, "decile and disability"


def test_the_finder_goes_on_from_what_was_filled_in_without_asking_again(mother: Client) -> None:
    page = read(mother.post(FILL))
    looks = AccessRecord.objects.count()
    unknown = re.search(r'name="unknown" value="([^"]+)"', page)
    assert unknown

    further = read(mother.post(NEXT, hidden(page) | {"unknown": unknown[1]}))
    assert kept(further) == kept(page) | {unknown[1]: "?"}
    corrected = read(mother.post(NEXT, hidden(page) | {"a-desil-0": "9"}))
    assert "No" in findings(corrected)[0]
    assert corrected.count("from Ministry of Social Affairs") == 1, "the decile is the person's own word now"
    asked_anew = read(mother.post(NEXT, hidden(page) | {"without": "a-desil-0"}))
    assert "a-desil-0" not in kept(asked_anew)
    assert looks == AccessRecord.objects.count() > 0


def test_every_look_is_logged_and_shown_to_whom_it_concerns(mother: Client) -> None:
    assert not AccessRecord.objects.exists()
    read(mother.get(START))
    assert not AccessRecord.objects.exists(), "nothing is asked before the button is pressed"

    read(mother.post(FILL))

    looks = AccessRecord.objects.values_list("subject", "evidence_type", "legal_ground", "consumer", "outcome")
    own = {(subject, kind) for subject, kind, *_ in looks}
    assert own == {
        (MOTHER, "civil.family-member"),
        (MOTHER, "civil.residence"),
        (MOTHER, "welfare.social-registry"),
        *((number, kind) for number in (MOTHER, SON) for kind in ("education.enrollment", "welfare.disability")),
        *((number, "civil.family") for number in (SON, NEPHEW)),
    }
    assert {ground for _s, _k, ground, _c, _o in looks} == {"UU 27/2022 Pasal 7", "UU 1/1974 Pasal 47"}
    assert {(consumer, outcome) for *_, consumer, outcome in looks} == {("kemensos", "asked")}
    assert "Telling a family that asks which assistance it may get" in read(mother.get("/my-data/"))


def test_nobody_elses_household_is_read(mother: Client) -> None:
    """Nor the health and school of another adult, or of a child who is not one's own, on the same family card."""
    page = read(mother.post(FILL, {"person": STRANGER, "subject": STRANGER, "number": STRANGER}))

    assert "Agus Salim" not in page
    assert {"a-disabilitas_berat-2", "a-disabilitas_berat-3", "a-jenjang-3"}.isdisjoint(kept(page))
    assert "a-disabilitas_berat-1" in kept(page)
    assert not AccessRecord.objects.filter(subject=STRANGER).exists()
    stranger = signed_in(make_resident("agus", person_number=STRANGER))
    assert kept(read(stranger.post(FILL)))["a-desil-0"] == "9"
    assert stranger.post(NEXT, hidden(page)).headers["Location"] == START, "another person's page is no page of theirs"


@pytest.mark.parametrize(
    ("silent", "title", "lost"),
    [
        ("welfare.social-registry", "Social registry", {"a-desil-0"}),
        ("education.enrollment", "Present school", {"a-jenjang-1"}),
        ("civil.residence", "Residence", {"a-di_jakarta-0"}),
        ("civil.family", "Family", {"a-jenjang-1", "a-disabilitas_berat-1"}),
    ],
)
def test_a_holder_that_is_down_is_named_and_the_finder_goes_on(
    mother: Client, silent: str, title: str, lost: set[str]
) -> None:
    whole = kept(read(mother.post(FILL)))
    with memory_providers(silent) as providers:
        providers[silent].is_down = True
        page = read(mother.post(FILL))

    assert f"These registers do not answer now: {title}" in page
    assert kept(page) == {name: value for name, value in whole.items() if name not in lost}
    assert lost <= whole.keys()
    assert "do not answer" in read(mother.post(NEXT, hidden(page))), "the next page says so too"


def test_without_the_family_card_the_finder_begins_by_hand(mother: Client) -> None:
    with memory_providers("civil.family-member") as providers:
        providers["civil.family-member"].is_down = True
        page = read(mother.post(FILL))
        assert "These registers do not answer now: Family members" in page
        assert 'name="members"' in page
        providers["civil.family-member"].is_down = False
        assert "No family card of yours is known" in read(mother.post(FILL))


def test_without_an_agreement_nothing_is_given(mother: Client) -> None:
    assert kept(read(mother.post(FILL)))
    with without_agreements("kemensos"):
        page = read(mother.post(FILL))
    assert kept(page) == {}
    assert AccessRecord.objects.filter(outcome="refused").exists()


def test_who_is_not_signed_in_or_not_surely_themselves_fills_in_nothing() -> None:
    stranger = Client(headers={"Accept-Language": "en"})
    page = read(stranger.get(START))
    assert "Sign in to have it filled in" in page
    assert "Fill in what is known" not in page
    ani = make_resident("ani", person_number=MOTHER)
    for client in (stranger, signed_in(ani, second_factor=False)):
        assert "/sign-in/" in client.post(FILL).headers["Location"]
    assert not AccessRecord.objects.exists()
    mother = signed_in(ani)
    assert "Fill in what is known" in read(mother.get(START))
    assert "Ani Wijaya" in read(mother.post(FILL))


def test_a_page_that_was_forged_or_is_too_old_begins_anew(mother: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = read(mother.post(FILL))
    assert mother.post(NEXT, hidden(page)).status_code == 200
    assert mother.post(NEXT, hidden(page) | {"filled": "forged"}).headers["Location"] == START
    assert mother.get(NEXT).headers["Location"] == mother.get(FILL).headers["Location"] == START
    monkeypatch.setattr("gapura.kernel.law.filled.SITTING_SECONDS", -1)
    assert mother.post(NEXT, hidden(page)).headers["Location"] == START


def test_what_is_filled_in_is_asked_by_the_finder_and_fits_its_forms() -> None:
    asked = {each.name: each for each in Interview(get_law_on(NOW.date()), NOW.date(), 1, {}).asked}
    declared = get_declaration()
    assert {declared.age, *declared.facts} <= asked.keys()
    for name, fact in declared.facts.items():
        assert asked[name].of == {"family": "keluarga", "person": "orang"}[fact.of]
        for answer in fact.codes.values():
            assert make_field(get_law_on(NOW.date()), asked[name], asked=True).clean(answer) == answer
    source = find_household_source()
    assert source is not None
    assert len(source.list_asked()) == len({one.type for one in declared.facts.values()}) + 2
