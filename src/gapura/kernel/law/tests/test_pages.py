"""The law to look at: every rule on any day, searched, tried and explained; and the benefit finder."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.foundation.rules.units import Kind
from gapura.kernel.catalogue.queries import list_versions
from gapura.kernel.law.cases import list_cases
from gapura.kernel.law.queries import explain, get_law, get_law_on
from gapura.kernel.law.uses import list_uses

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
FAMILY = {
    "orang": [
        {"gaji_bulan": 25_000_000, "iuran_bulan": 300_000, "status": "keluarga", "usia": 40, "harga": 12_000_001},
        {"hubungan": "istri", "penghasilan_usaha": 61_000_000, "usia": 38, "sedang_hamil": True},
        {"hubungan": "anak", "usia": 10, "jenjang": "sd", "kelas": 4, "ditanggung": True},
    ],
    "bukti": [{"bruto_bukti": 80_000_000, "pph_bukti": 1_000_000}],
    "keluarga": [{"desil": 3}],
}
TOLD = ("pph_kurang_bayar", "desember", "ter_bulan", "bersih_keluarga", "bantuan_keluarga", "bantuan_pbi", "angsuran")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def get(path: str, status: int = 200, **query: object) -> str:
    answer = Client(headers={"Accept-Language": "en"}).get(f"{path}?{urlencode(query)}" if query else path)
    assert answer.status_code == status, path
    return answer.content.decode().replace("\xa0", " ")


@pytest.mark.parametrize("name", list(get_law().rules))
def test_every_rule_has_a_page_on_the_first_day_of_each_version(name: str) -> None:
    for version in get_law().rules[name].versions:
        page = get(f"/law/{name}/", on=version.since)
        assert "In force since" in page
        assert version.cite.split(";")[0].replace("&", "&amp;") in page


def test_a_rule_is_found_by_title_name_or_article() -> None:
    for words in ("value added", "PPN", "ps. 7(1)d"):
        assert "/law/" in get("/law/", q=words).partition("</form>")[2]
    assert "No rule has these words" in get("/law/", q="unicorn")
    hostile = get("/law/", q="<script>alert(1)</script>")
    assert "<script" not in hostile
    whole = get("/law/")
    assert all(f'href="/law/{name}/"' in whole for name in get_law().rules)
    assert len(whole) < 60_000


def test_a_day_without_the_rule_says_so_and_an_unknown_rule_is_absent() -> None:
    assert "Not in force on January 1, 2020" in get("/law/tarif_ter/", on="2020-01-01")
    assert "This is no day" in get("/law/tarif_ter/", on="tomorrow")
    get("/law/no_such_rule/", status=404)


def test_parameters_over_time_say_what_held_and_how_certain_it_is() -> None:
    page = get("/law/ptkp/", on="2014-03-01")
    assert "IDR 24,300,000" in page
    assert "Fairly certain, to be checked" in page
    held = re.search(r'on=2013-01-01">[^<]*</a> <span class="tag tag--success">holds', page)
    assert held, "the version of 2013 is marked"
    assert "chart__line" in page


def test_a_parameter_that_never_changed_is_told_in_a_sentence_instead_of_a_chart() -> None:
    page = get("/law/tarif/", on="2024-03-01")
    assert re.search(r"It is 1,000 since [^.]+, and has not changed\.", page)
    assert "chart__line" not in page
    assert "and has not changed" not in get("/law/ptkp/", on="2014-03-01")


def test_what_is_tried_is_reckoned_and_explained() -> None:
    page = get("/law/setahun/", **{"on": "2025-06-01", "in-gaji_bulan": 25_000_000, "in-status": "K"})
    assert "IDR 29,325,000" in page
    assert "rates of Article 17 on IDR 235,500,000" in page
    assert "what you gave" in page
    assert "assumed, because nobody said otherwise" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"in-harga": "x"}, "whole number"),
        ({"in-mewah": "yes"}, "required"),
        ({"in-harga": "-1"}, "greater than or equal to 0"),
        ({"in-harga": 10**18}, "less than or equal to"),
        ({"in-harga": "1", "in-mewah": "maybe"}, "maybe is not one"),
    ],
)
def test_a_wrong_datum_is_told_plainly(given: dict[str, object], says: str) -> None:
    page = get("/law/ppn/", **given)
    assert says in page
    assert "For what you gave" not in page


def test_a_rate_is_written_as_people_write_it() -> None:
    right = {"in-njop_bumi": 500_000_000, "in-tarif_pbb": "0.1%", "in-njoptkp": 10_000_000}
    assert "IDR 490,000" in get("/law/pbb/", **right)
    assert "Write it as" in get("/law/pbb/", **(right | {"in-tarif_pbb": "a lot"}))


@pytest.mark.parametrize("language", ["id", "en", "ko"])
@pytest.mark.parametrize("day", [date(2015, 6, 1), date(2021, 12, 31), date(2023, 6, 1), date(2025, 6, 1), TODAY])
def test_every_step_that_is_told_comes_to_the_figure_itself(language: str, day: date) -> None:
    """The words follow the rule's text, the figure came from its generated form: they agree on every figure."""
    targets = [name for name in TOLD if name in get_law_on(day).figures]
    told = 0
    with override(language):
        for trees in explain(targets, FAMILY, as_of=day).values():
            for each in (one for tree in trees for one in tree.walk()):
                if story := each.story:
                    assert story.value == each.rule_value, each.name
                    assert story.steps[-1].is_last
                    assert story.steps[-1].result == each.shown or each.unit.kind is Kind.CODE, each.name
                    told += 1
    assert told > 20


def test_slices_add_up_to_the_tax() -> None:
    tree = explain(["tarif"], {"orang": [{"penghasilan_usaha": 400_000_000}]}, as_of=TODAY)["tarif"][0]
    story = tree.story
    assert story is not None
    slices = story.lookups[0].slices
    assert sum(one.amount for one in slices) == story.lookups[0].amount
    assert sum(one.amount * one.rate for one in slices) == tree.value
    assert [one.high for one in slices] == [60_000_000, 250_000_000, 500_000_000]


def test_worked_examples_stand_on_the_page_of_their_rule() -> None:
    assert list_cases("ptkp", TODAY)
    page = get("/law/ptkp/")
    assert "PPH13" in page
    assert "differs" not in page


def test_the_finder_ends_with_what_the_law_gives() -> None:
    """A poor family of two: an adult of 30 and a child of 8 at primary school."""
    right = {"desil": "2", "di_jakarta": "no", "sedang_hamil": "no", "disabilitas_berat": "no", "kelas": "2"}
    of_person = {0: {"usia": "30", "jenjang": "tidak"}, 1: {"usia": "8", "jenjang": "sd"}}
    answers: dict[str, object] = {"members": 2}
    for _ in range(20):
        page = get("/law/what-may-i-get/", **answers)
        asked = re.search(r'<(?:select|input type="(?!hidden)\w+") name="a-(\w+)-(\d)"', page)
        if "That is all there is to ask" in page:
            break
        assert asked
        name, row = asked[1], int(asked[2])
        answers[f"a-{name}-{row}"] = of_person[row].get(name) or right[name]
    assert "That is all there is to ask" in page
    assert "IDR 900,000" in page, "PKH for a child at primary school"
    assert "IDR 2,400,000" in page, "food assistance"
    assert "explanation__figure" in page


def test_the_finder_works_with_what_nobody_knows() -> None:
    page = get("/law/what-may-i-get/", **{"members": 1, "a-desil-0": "?", "a-di_jakarta-0": "no"})
    assert "Perhaps" in page
    assert 'name="a-desil-0" value="?"' in page
    assert "not known" in page


def test_an_answer_that_does_not_fit_is_asked_again() -> None:
    page = get("/law/what-may-i-get/", **{"members": 1, "a-desil-0": "11"})
    assert "less than or equal to 10" in page
    assert 'type="hidden" name="a-desil-0"' not in page
    for wrong in ("0", "11", "x"):
        assert "How many people live in your family?" in get("/law/what-may-i-get/", members=wrong)


def test_each_figure_of_a_tree_is_explained_once_where_it_stands_highest() -> None:
    given = {"members": 1, "a-desil-0": "2", "a-di_jakarta-0": "no", "a-usia-0": "30", "a-jenjang-0": "tidak"}
    page = get("/law/what-may-i-get/", **(given | {"a-sedang_hamil-0": "yes", "a-disabilitas_berat-0": "no"}))
    assert "That is all there is to ask" in page
    tree = page.partition('<div class="explanation">')[2].partition('<div class="explanation">')[0]
    told = re.findall(r"<summary><span>([^<]*)</span>", tree)
    assert "explained elsewhere here" in tree
    assert len(told) == len(set(told)) > 2
    assert page.count("Its fingerprint:") == 1


def test_a_rule_tells_which_services_papers_and_bundles_stand_on_it() -> None:
    used = get("/law/bantuan_pkh/").partition("Where it is used")[2]
    assert 'href="/services/welfare.infant-assistance/"' in used
    assert 'href="/together/happy-birth/"' in used
    certificates = used.partition("Certificates and other papers")[2].partition("Several services")[0]
    assert 'href="/services/welfare.recipient/"' in certificates
    assert "infant-assistance" not in certificates, "it gives no paper"


def test_a_rule_that_another_rule_reads_is_used_where_that_one_is() -> None:
    """The tax-free amount stands in the return by way of the taxable income."""
    assert 'href="/services/tax.annual-return/"' in get("/law/ptkp/").partition("Where it is used")[2]
    assert "Where it is used" not in get("/law/thr/"), "no service applies the holiday bonus"
    assert "tax.annual-return" not in get("/law/ptkp/", on="2023-12-31"), "the service began in 2025"


def test_every_use_names_a_service_and_a_rule_that_there_are() -> None:
    law = get_law()
    for service, rules in list_uses(law).items():
        assert list_versions(service), service
        assert set(rules) <= set(law.rules), service


def test_what_a_return_is_settled_by_stands_among_the_uses_of_its_service() -> None:
    uses = list_uses(get_law())
    for kind in load(settings.GAPURA_JURISDICTION).read("returns.yaml")["kinds"].values():
        settled = {one["balance"] for one in kind["settlements"]} | {kind.get("penalty", {}).get("figure")} - {None}
        assert settled <= set(uses[kind["service"]]), kind["service"]
