"""Everyday words, in three languages and with slips, lead to the right service."""

from datetime import date

import pytest

from gapura.kernel.catalogue import queries
from gapura.kernel.catalogue.definitions.catalogue import read_catalogue

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)


def found(text, language="id", **options):
    return [
        one.code.removeprefix("civil.") for one in queries.search_services(text, language=language, on=ON, **options)
    ]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("KK", "family-card"),
        ("kartu kluarga", "family-card"),
        ("kartu keluarga", "family-card"),
        ("등본", "family-card"),
        ("family crd", "family-card"),
        ("akta lahir", "birth-extract"),
        ("akte lahir", "birth-extract"),
        ("Akta Kelahiran anak saya", "birth-extract"),
        ("birth certificate", "birth-extract"),
        ("출생증명서", "birth-extract"),
        ("출생", "birth-extract"),
        ("domisili", "residence-certificate"),
        ("domisli", "residence-certificate"),
        ("alamat", "residence-certificate"),
        ("proof of adress", "residence-certificate"),
        ("거주증명서", "residence-certificate"),
        ("surat belum nikah", "never-married"),
        ("belum kawin", "never-married"),
        ("lajang", "never-married"),
        ("미혼증명서", "never-married"),
        ("surat nikah", "marriage-extract"),
        ("buku nikah", "marriage-extract"),
        ("혼인증명서", "marriage-extract"),
        ("cerai", "divorce-extract"),
        ("akta cerai", "divorce-extract"),
        ("divorce", "divorce-extract"),
        ("meninggal", "death-registration"),
        ("akta kematian", "death-extract"),
        ("사망", "death-registration"),
        ("biodata", "person-extract"),
        ("nik", "person-extract"),
    ],
)
def test_everyday_words_find_the_service(text, best):
    assert found(text)[0] == best


@pytest.mark.parametrize("text", ["", "  ", "zzzzzz", "%", "' OR 1=1 --"[:1]])
def test_nothing_is_found_for_nothing(text):
    assert found(text) == []


def test_the_best_come_first_and_no_more_than_asked():
    assert len(found("akta")) > 2
    assert found("akta", limit=2) == found("akta")[:2]


def test_services_not_in_force_are_not_found():
    assert queries.search_services("KK", language="id", on=date(2018, 1, 1)) == []


def test_a_search_costs_two_queries_once_the_index_is_fresh(django_assert_max_num_queries):
    found("KK")
    with django_assert_max_num_queries(2):
        found("KK")


def test_changed_files_are_found_at_the_next_search(draft, monkeypatch):
    assert found("mukjizat") == []
    draft.change("services/civil.family-card.yaml", "id: [kk,", "id: [mukjizat, kk,")
    changed = read_catalogue(draft.country)

    monkeypatch.setattr(queries, "get_catalogue", lambda: changed)

    assert found("mukjizat") == ["family-card"]
