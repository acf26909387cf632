"""What the country's files may say, and what is answered when they say something else."""

import pytest

from gapura.kernel.catalogue.definitions.catalogue import read_catalogue
from gapura.kernel.catalogue.definitions.problems import BadDefinitions

RESIDENCE = "services/civil.residence-certificate.yaml"
CARD = "services/civil.family-card.yaml"
CORRECTION = "services/records.correction.yaml"
TRANSFER, AREA = "services/property.transfer.yaml", "{evidence: property.parcel, field: land_area}"
HISTORY = "fields:\n  - code: history"


def record(*, of: str = "civil.residence-history", by: str = "street") -> str:
    """The form's beginning with a field that chooses a record."""
    label = "{id: Rumah yang dimaksud, en: The home in question, ko: 해당 주택}"
    return f"fields:\n  - {{code: home, label: {label}, kind: record, of: {of}, by: {by}}}\n  - code: history"


def problems_of(draft):
    with pytest.raises(BadDefinitions) as caught:
        read_catalogue(draft.country)
    return caught.value.problems


def test_the_country_as_it_stands_has_no_mistakes(draft):
    assert len(read_catalogue(draft.country).services) >= 8


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (CARD, "agency: dukcapil", "agency: dukcapli", "no agency 'dukcapli'. Did you mean dukcapil?"),
        (CARD, "life_events: [having-a-child", "life_events: [having-a-chld", "Did you mean having-a-child?"),
        (CARD, "checks: [is-alive]", "checks: [is-alife]", "no 'is-alife'. Did you mean is-alive?"),
        (CARD, "applicants: [self, child", "applicants: [self, kid", "applicants.yaml defines no 'kid'."),
        (CARD, "absent: no-family-card", "absent: no-familycard", "Did you mean no-family-card?"),
        (CARD, "type: civil.family\n", "type: civil.famili\n", "no evidence type 'civil.famili'. Did you"),
        (CARD, "head_name, ", "haed_name, ", "has no field 'haed_name'. Did you mean head_name?"),
        (CARD, "law: UU 23/2006, art", "law: UU 23/2060, art", "no law 'UU 23/2060'. Did you mean"),
        (CARD, "ground: UU 23/2006 Pasal 61", "ground: UU 99/2006 Pasal 61", "must begin with a law"),
        (CARD, "ground: UU 23/2006 Pasal 61", "ground: UU 23/2006 Pasal 3", "No agreement lets dukcapil"),
        (CARD, "template: family-card", "template: familycard", "no template 'familycard'. Did you mean"),
        (CARD, "languages: [id, en, ko]", "languages: [id, jv]", "There is no language 'jv'."),
        (CARD, "assurance: low", "assurance: lo", "'assurance' cannot be 'lo'. Did you mean low?"),
        (CARD, "decision: {mode: automatic}", "decision: {mode: auto}", "Did you mean automatic?"),
        (CARD, "{mode: automatic}", "{mode: official}", "An official decision needs"),
        (CARD, "{mode: automatic}", "{mode: automatic, through: civil.correction}", "Remove 'through'."),
        (CORRECTION, "through: civil.correction", "through: civil.corection", "Did you mean civil.correction?"),
        (CORRECTION, "days: {hours: 72", "days: {silence: granted, hours: 72", "Silence cannot grant"),
        (CARD, "fee: {amount: 0,", "fee: {amount: free,", "'amount' must be a whole number."),
        (CARD, "fee: {amount: 0,", "fee: {amout: 0,", "'amout' means nothing here. Did you mean amount?"),
        (CARD, "fee: {amount: 0,", "fee: {", "a fee has an amount, or a rule of the law with its inputs"),
        (TRANSFER, "  rule: biaya", "  amount: 5\n  rule: biaya", "a fee has an amount, or a rule of the law with"),
        (TRANSFER, "rule: biaya_peralihan_tanah", "rule: biaya_peralihan", "is no rule that gives money on 2026-01-01"),
        (TRANSFER, "rule: biaya_peralihan_tanah", "rule: tarif_ter", "is no rule that gives money on 2026-01-01"),
        (TRANSFER, "    luas_tanah:", "    luas_tahan:", "no input of the rule 'luas_tahan'. Did you mean luas_tanah?"),
        (TRANSFER, "    luas_tanah:", "    luas_tahan:", "biaya_peralihan_tanah needs 'luas_tanah'. Say where"),
        (TRANSFER, AREA, "{answer: area}", "no required field of the form 'area'. Did you mean"),
        (TRANSFER, AREA, "{evidence: property.parcel, field: land_class}", "must need property.parcel with its field"),
        (TRANSFER, AREA, "{evidence: civil.spouse, field: married_on}", "must need civil.spouse with its field"),
        (TRANSFER, AREA, "{answer: price, evidence: property.parcel}", "name an answer, or evidence with its field"),
        (CARD, "summary:", "sumary:", "'sumary' means nothing here. Did you mean summary?"),
        (CARD, "agency: dukcapil\n", "", "'agency' is missing. Add it."),
        (CARD, "en: Family card copy, ", "", "The text is missing in: en. Add it."),
        (CARD, "en: Family card copy,", "fr: Carte, en: Family card copy,", "does not use the language fr."),
        (CARD, "valid_from: 2019-01-01", "valid_from: soon", "'valid_from' must be a day like 2026-01-31"),
        (CARD, "valid_from: 2019-01-01", "valid_from: 2019-01-01\nvalid_until: 2018-01-01", "must be later"),
        (CARD, "code: civil.family-card", "code: Family Card", "'Family Card' is no code."),
        (CARD, "agency: dukcapil", "agency: dukcapil\nagency: kua", "The key 'agency' stands here a second"),
        (CARD, "agency: dukcapil", "agency: [dukcapil", "This is not YAML"),
        (CARD, "synonyms:\n  id:", "synonyms:\n  jv: [kk]\n  id:", "There is no language 'jv'."),
        (CARD, "    absent: no-family-card\n", "", "Required evidence needs 'absent'"),
        (RESIDENCE, "five-years: 5, ", "", "'years' must give a number (or null) for each choice"),
        (RESIDENCE, "{field: history", "{field: histroy", "There is no form field 'histroy'."),
        (RESIDENCE, "ended_on: lived_until", "ended_on: moved_on", "'moved_on' must be among the fields"),
        (RESIDENCE, "default: current", "default: none", "The default is no choice."),
        (RESIDENCE, "kind: choice", "kind: text", "A field of kind choice, and no other, needs 'choices'."),
        (RESIDENCE, "kind: choice", "of: civil.person\n    kind: choice", "A field of kind record, and no other"),
        (RESIDENCE, HISTORY, record(of="civil.birth"), "no evidence of this service 'civil.birth'."),
        (RESIDENCE, HISTORY, record(by="birth_on"), "'birth_on' is not among the fields asked."),
        (RESIDENCE, "    required: false", "    required: false\n    match: {street: history}", "no field of kind"),
        (RESIDENCE, "    required: false", "    required: false\n    match: {house: history}", "'house' must be among"),
        ("checks.yaml", "question: is-alive", "question: is-dead", "answers no question 'is-dead'."),
        ("applicants.yaml", "$age_of_majority", "$age_of_majorty", "Did you mean $age_of_majority?"),
        ("applicants.yaml", "age_of_majority: $age_of_majority", "age: 18", "needs exactly the parameters"),
        ("applicants.yaml", "  relation: self", "  relation: self\n  question: x", "needs no proof."),
        ("applicants.yaml", "  question: is-guardian-of\n", "", "Asking for another needs"),
        ("agreements.yaml", "consumer: kpu", "consumer: kpuu", "no agency 'kpuu'. Did you mean kpu?"),
        ("agreements.yaml", "[is-alive, is-over-age, is-citizen]", "[is-adult]", "no question 'is-adult'."),
        ("agreements.yaml", ", relation_to_head]", ", relation_to_hed]", "Did you mean relation_to_head?"),
        ("agreements.yaml", "valid_from: 2019", "valid_until: 2020-01-01\n  valid_from: 2019", "agreement"),
        ("agreements.yaml", "valid_from: 2019-01-01", "valid_from: 2026-01-01", "No agreement lets dukcapil"),
        ("agencies.yaml", "civil: dukcapil", "civil: dukcapli", "no agency 'dukcapli'. Did you mean"),
        ("agencies.yaml", "data/regencies.csv", "data/regions.csv", "There is no file 'data/regions.csv'"),
        ("limits.yaml", "law: UU 1/1974", "law: UU 1/1947", "must begin with a law of laws.yaml"),
        ("limits.yaml", "value: 18", "value: eighteen", "'value' must be a whole number."),
        ("limits.yaml", "certainty: low", "certainty: lowish", "cannot be 'lowish'. Did you mean low?"),
        ("holidays.yaml", "weekend: [6, 7]", "weekend: [6, 8]", "less than or equal to 7"),
        ("codelists/sex.yaml", "en: Male, ", "", "The text is missing in: en. Add it."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_to_write_instead(draft, file, old, new, said):
    draft.change(file, old, new)

    messages = [str(problem) for problem in problems_of(draft)]

    assert any(said in message for message in messages), messages


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("agency: dukcapil", "agency: x", "agency: x"),
        ("head_name, issued_on", "x, issued_on", "x, issued_on"),
        ("template: family-card", "template: x", "template: x"),
        ("    en: A sealed copy", "    xx: A sealed copy", "summary:"),
        ("mode: automatic", "mode: x", "mode: x"),
    ],
)
def test_a_mistake_is_named_by_file_and_line(draft, old, new, line):
    draft.change(CARD, old.strip(), new.strip())

    problem = problems_of(draft)[0]

    assert problem.file == draft.file(CARD)
    assert problem.line == draft.line_of(CARD, line)


def test_all_mistakes_of_all_service_files_are_named_at_once(draft):
    draft.change(CARD, "agency: dukcapil", "agency: x")
    draft.change(CARD, "template: family-card", "template: x")
    draft.change(RESIDENCE, "mode: automatic", "mode: x")
    draft.change(RESIDENCE, "amount: 0", "amount: free")

    assert sorted(problem.file.name for problem in problems_of(draft)) == [
        "civil.family-card.yaml",
        "civil.family-card.yaml",
        "civil.residence-certificate.yaml",
        "civil.residence-certificate.yaml",
    ]


def test_a_missing_file_is_named(draft):
    draft.file("laws.yaml").unlink()

    assert "laws.yaml:1: The file cannot be read: No such file" in str(problems_of(draft)[0])


@pytest.mark.parametrize("content", [b"\xff\xfe", b"- a\n- b\n", b"just words", b""])
def test_a_file_that_is_something_else_is_refused(draft, content):
    draft.file(CARD).write_bytes(content)

    assert problems_of(draft)[0].file == draft.file(CARD)


def test_two_versions_of_a_service_may_follow_but_not_overlap(draft):
    later = draft.file("services/civil.family-card.2027.yaml")
    later.write_text(draft.file(CARD).read_text(encoding="utf-8").replace("2019-01-01", "2027-01-01"), encoding="utf-8")

    assert "is already in force on 2027-01-01" in problems_of(draft)[0].message

    draft.change(CARD, "valid_from: 2019-01-01", "valid_from: 2019-01-01\nvalid_until: 2027-01-01")
    versions = read_catalogue(draft.country).services["civil.family-card"]
    assert [service.valid_from.year for service in versions] == [2019, 2027]
    assert versions[0].version != versions[1].version


def test_the_version_of_a_service_changes_with_its_file_only(draft):
    before = read_catalogue(draft.country)
    draft.add(CARD, "# a comment\n")

    after = read_catalogue(draft.country)

    changed = {code for code, (service,) in after.services.items() if service != before.services[code][0]}
    assert changed == {"civil.family-card"}
    assert after.version != before.version


def test_words_like_no_and_on_stay_words(draft):
    draft.change(CARD, "id: [kk, kartu keluarga", "id: [no, on, kk, kartu keluarga")

    assert {"no", "on"} <= set(read_catalogue(draft.country).services["civil.family-card"][0].synonyms)
