"""A figure told down to its articles and its data."""

import json
from datetime import date

from django.utils import translation

from gapura.kernel.law.queries import assume, compute, explain, get_law_on, prepare

DAY = date(2025, 12, 31)
HOUSEHOLD = {
    "orang": [{"status": "K", "tanggungan": 1, "sources": {"status": {"id": "buku nikah", "en": "marriage register"}}}],
    "bukti": [{"bruto_bukti": 200_000_000, "pph_bukti": 1_000_000, "sources": {"bruto_bukti": "1721-A1 no. 7"}}],
}


def get_explanation():
    return explain(["pph_kurang_bayar"], HOUSEHOLD, as_of=DAY, sources={"tanggungan": "declared"})["pph_kurang_bayar"][
        0
    ]


def find(name: str):
    return next(each for each in get_explanation().walk() if each.name == name)


def test_it_is_the_figure_itself() -> None:
    assert get_explanation().value == compute(["pph_kurang_bayar"], HOUSEHOLD, as_of=DAY)["pph_kurang_bayar"][0]


def test_every_rule_names_its_article_and_the_law_its_content() -> None:
    for each in get_explanation().walk():
        assert each.digest == get_law_on(DAY).digest
        assert each.title
        assert each.is_input or (each.cite and each.since)


def test_it_says_where_each_datum_came_from() -> None:
    with translation.override("en"):
        assert find("status").source == "marriage register"
    with translation.override("id"):
        assert find("status").source == "buku nikah"
    assert find("bruto_bukti").source == "1721-A1 no. 7"
    assert find("tanggungan").source == "declared"
    assert not find("kompensasi_rugi").is_given


def test_what_the_way_through_the_rule_did_not_read_is_left_out() -> None:
    assert "tanggungan_keluarga" not in {each.name for each in find("tanggungan_diakui").parts}
    assert "tanggungan_keluarga" in {each.name for each in find("tanggungan_diakui").all_parts}


def test_nothing_from_nothing_is_idle() -> None:
    assert find("neto_gaji").is_idle
    assert not find("neto_semua_bukti").is_idle


def test_the_lowest_certainty_travels_up_to_the_figure_that_read_it() -> None:
    day = date(2021, 6, 1)  # a decree of which only memory is there
    person = {"pokok": 1000, "jatuh_tempo": day, "dibayar_pada": day}
    interest = explain(["bunga_keterlambatan"], {"orang": [person]}, as_of=day)["bunga_keterlambatan"][0]

    assert {each.name: each.certainty for each in interest.walk()}["tarif_bunga"] == "low"


def test_values_are_shown_in_the_reader_s_language() -> None:
    with translation.override("id"):
        assert find("ptkp").shown == "Rp\xa063.000.000"
        assert find("status").shown == "kawin"
    with translation.override("en"):
        assert find("status").shown == "married"


def test_programs_get_the_whole_tree() -> None:
    tree = json.loads(json.dumps(get_explanation().as_json()))

    assert tree["schema"] == "gapura-explanation/1"
    assert tree["law"] == get_law_on(DAY).digest
    assert tree["figure"]["name"] == "pph_kurang_bayar"
    assert tree["figure"]["parts"][0]["parts"][0]["parameters"][1]["value"][1] == [60_000_000, "15%"]


def test_a_figure_may_be_given_instead_of_reckoned() -> None:
    law = assume(frozenset(["pkp"])).on(DAY)

    assert "pkp" in law.inputs
    assert "pkp" not in law.figures
    assert "pkp" in get_law_on(DAY).figures


def test_what_was_prepared_is_not_planned_again() -> None:
    targets = ("angsuran", "pph_terutang")

    prepare(targets, as_of=DAY)

    before = dict(get_law_on(DAY).plans)
    compute(targets, HOUSEHOLD, as_of=DAY)
    explain(targets, HOUSEHOLD, as_of=DAY)
    assert get_law_on(DAY).plans == before
