"""No form asks for what a register holds: such a definition does not load."""

import pytest

from gapura.kernel.catalogue.definitions.catalogue import read_catalogue
from gapura.kernel.catalogue.definitions.problems import BadDefinitions
from gapura.kernel.exchange.plugin import list_evidence_types

CARD = "services/civil.family-card.yaml"


def with_field(draft, code, indonesian="Tujuan", english="Purpose of the certificate", korean="용도", extra=""):
    draft.add(
        CARD,
        f"fields:\n  - code: {code}\n    label: {{id: {indonesian}, en: {english}, ko: {korean}}}\n{extra}",
    )
    return draft.country


@pytest.mark.parametrize(
    ("field", "given_by"),
    [
        ({"code": "full_name"}, "civil.birth gives 'full_name'"),
        ({"code": "birth-on"}, "civil.birth gives 'birth_on'"),
        ({"code": "a", "english": "Full name"}, "gives 'full_name'"),
        ({"code": "a", "english": "Please enter your full name"}, "gives 'full_name'"),
        ({"code": "a", "english": "DATE OF BIRTH (dd/mm/yyyy)"}, "gives 'birth_on'"),
        ({"code": "a", "indonesian": "Tanggal lahir Anda"}, "gives 'birth_on'"),
        ({"code": "a", "indonesian": "Umur"}, "gives 'birth_on'"),
        ({"code": "a", "indonesian": "No KK"}, "gives 'family_number'"),
        ({"code": "a", "indonesian": "nomor KTP pemohon"}, "gives 'number'"),
        ({"code": "a", "korean": "신청인 성명"}, "gives 'full_name'"),
        ({"code": "a", "korean": "이름"}, "gives 'full_name'"),
        ({"code": "a", "extra": "    concept: civil.residence.street\n"}, "gives 'street'"),
        ({"code": "a", "extra": "    synonyms: [nama ibu]\n"}, "gives 'mother_name'"),
    ],
)
def test_what_a_register_gives_is_not_asked(draft, field, given_by):
    with pytest.raises(BadDefinitions) as caught:
        read_catalogue(with_field(draft, **field))

    (problem,) = caught.value.problems
    assert given_by in problem.message
    assert "Remove the field and write under evidence" in problem.message
    assert problem.line == draft.line_of(CARD, "- code:")


@pytest.mark.parametrize(
    "field",
    [
        {"code": "purpose"},
        {"code": "receiver", "english": "Name of the receiving school", "indonesian": "Sekolah tujuan"},
        {"code": "copies", "english": "Number of copies", "indonesian": "Jumlah salinan"},
        {"code": "a", "english": "Candidate of birthplace reform"},
    ],
)
def test_what_only_the_applicant_knows_may_be_asked(draft, field):
    service = read_catalogue(with_field(draft, **field)).services["civil.family-card"][0]

    assert [form_field.code for form_field in service.fields] == [field["code"]]


def test_every_field_of_every_evidence_type_is_guarded_by_its_title(draft):
    titles = {field.title["id"] for evidence in list_evidence_types() for field in evidence.fields}
    labels = [f"{{id: '{title}', en: '-', ko: '-'}}" for title in sorted(titles)]
    draft.add(CARD, "fields:\n" + "".join(f"  - code: f{n}\n    label: {text}\n" for n, text in enumerate(labels)))

    with pytest.raises(BadDefinitions) as caught:
        read_catalogue(draft.country)

    assert len(caught.value.problems) == len(titles) > 40
