"""The services the country has, as the rest of the house asks for them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from gapura.kernel.catalogue import queries
from gapura.kernel.catalogue.definitions import catalogue as module
from gapura.kernel.catalogue.definitions.catalogue import read_catalogue
from gapura.kernel.catalogue.types import (
    Certainty,
    Choice,
    Depth,
    EvidenceNeed,
    FormField,
    FormFieldKind,
    InvalidAnswers,
    NotInForce,
    Relation,
    ServiceNotInForce,
)
from gapura.kernel.exchange.plugin import find_evidence_type

ON = date(2026, 3, 2)
THE_EIGHT = {
    "civil.family-card",
    "civil.person-extract",
    "civil.birth-extract",
    "civil.marriage-extract",
    "civil.divorce-extract",
    "civil.death-extract",
    "civil.residence-certificate",
    "civil.never-married",
}


def service(code):
    return queries.get_service(code, on=ON)


def test_the_first_eight_services_are_in_force():
    assert {one.code for one in queries.list_services(on=ON)} >= THE_EIGHT


@pytest.mark.parametrize("code", sorted(THE_EIGHT))
def test_each_is_free_automatic_and_asks_nothing_a_register_knows(code):
    one = service(code)

    assert one.fee.amount == 0
    assert one.fee.law.law == "UU 24/2013"
    assert one.decision.mode == "automatic"
    assert one.output is not None
    assert one.output.languages[0] == "id"
    assert {form_field.code for form_field in one.fields} <= {"history"}
    assert all(need.purpose and need.legal_ground for need in one.evidence)


@pytest.mark.parametrize("code", sorted(THE_EIGHT))
def test_nobody_but_the_person_or_by_rule_one_who_stands_for_them_may_ask(code):
    for rule in service(code).applicants:
        proven = bool(rule.question and rule.evidence_type and rule.legal_ground and rule.purpose)
        assert proven is (rule.relation is not Relation.SELF)


def test_only_a_death_extract_is_given_about_the_dead():
    for code in THE_EIGHT - {"civil.death-extract"}:
        assert "is-alive" in [check.question for check in service(code).checks]
    assert [rule.relation for rule in service("civil.death-extract").applicants] == [Relation.FAMILY]
    assert service("civil.death-extract").checks == ()


def test_never_having_married_is_asked_not_assumed():
    assert "has-never-married" in [check.question for check in service("civil.never-married").checks]


def test_the_applicant_stands_in_the_question_that_proves_the_relation():
    rule = service("civil.family-card").find_applicant_rule("child")

    assert rule.parameters_for("3171") == {"parent_number": "3171", "age_of_majority": 18}
    assert service("civil.family-card").find_applicant_rule("stranger") is None


def test_a_service_that_is_not_there_says_why():
    with pytest.raises(ServiceNotInForce) as unknown:
        queries.get_service("civil.nothing", on=ON)
    with pytest.raises(ServiceNotInForce) as early:
        queries.get_service("civil.family-card", on=date(2018, 12, 31))

    assert unknown.value.reason is NotInForce.UNKNOWN
    assert early.value.reason is NotInForce.NOT_YET
    assert queries.get_service("civil.family-card", on=date(2019, 1, 1))


def test_a_service_that_has_ended_says_so(draft, monkeypatch):
    draft.change(
        "services/civil.family-card.yaml",
        "valid_from: 2019-01-01",
        "valid_from: 2019-01-01\nvalid_until: 2026-01-01",
    )
    catalogue = read_catalogue(draft.country)
    monkeypatch.setattr(queries, "get_catalogue", lambda: catalogue)

    assert queries.get_service("civil.family-card", on=date(2025, 12, 31))
    with pytest.raises(ServiceNotInForce) as ended:
        queries.get_service("civil.family-card", on=date(2026, 1, 1))
    assert ended.value.reason is NotInForce.ENDED
    assert "civil.family-card" not in [one.code for one in queries.list_services(on=date(2026, 1, 1))]


def test_the_catalogue_is_read_once_even_by_many_threads(monkeypatch):
    reads = []
    monkeypatch.setattr(module, "_loaded", {})
    monkeypatch.setattr(module, "read_catalogue", lambda country: reads.append(country) or object())
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(module.load_catalogue, ["indonesia"] * 32))

    assert len(reads) == len(found) == 1


def test_every_life_event_leads_to_a_service():
    for life_event in queries.list_life_events():
        assert queries.list_services_for(life_event.code, on=ON), life_event.code
    assert queries.list_services_for("winning-the-lottery", on=ON) == []


def test_offices_are_called_by_their_region():
    assert queries.get_office_title("dukcapil", "31.71")["en"].endswith("Office, Kota Administrasi Jakarta Pusat")
    assert queries.get_office_title("dukcapil", "99.99") == queries.get_agency("dukcapil").title
    assert queries.get_office_title("kpu", "31.71") == queries.get_agency("kpu").title
    with pytest.raises(LookupError):
        queries.get_agency("nobody")


def test_codes_are_explained_and_unknown_ones_shown_as_they_are():
    assert queries.get_code_label("religion", "islam")["ko"] == "이슬람교"
    assert list(queries.get_code_label("religion", "unheard-of").values()) == ["unheard-of"]


def test_limits_are_numbers_with_a_name():
    assert queries.get_limit("age_of_majority") == 18
    assert queries.get_limit("appeal_working_days") == 21
    with pytest.raises(LookupError):
        queries.get_limit("age_of_reason")


def test_national_holidays_and_joint_leave_are_no_working_days():
    calendar = queries.get_working_calendar()

    assert not calendar.is_working_day(date(2026, 8, 17))
    assert not calendar.is_working_day(date(2025, 12, 26))
    assert calendar.is_working_day(date(2026, 8, 18))
    assert all(calendar.covers(date(year, 6, 15)) for year in (2025, 2026, 2027))


def test_agreements_are_declared_with_every_field_written_out():
    declared = {one.code: one for one in queries.list_agreement_declarations()}

    births = find_evidence_type("civil.birth")
    assert set(declared["dukcapil-civil-extracts:civil.birth"].fields) == births.field_codes
    assert declared["kpu-voters:civil.person"].fields == ()
    assert "is-over-age" in declared["kpu-voters:civil.person"].questions


def test_uncertain_law_says_so():
    certainties = {reference.certainty for one in queries.list_services(on=ON) for reference in one.law}

    assert Certainty.MEDIUM in certainties
    assert service("civil.family-card").law[0].certainty is Certainty.HIGH


HISTORY = Depth("history", {"current": 0, "five-years": 5, "all": None}, "lived_until")
NEED = EvidenceNeed("civil.residence-history", ("lived_until",), "law", {"en": "why"}, depth=HISTORY)
HOMES = (
    {"street": "now", "lived_until": None},
    {"street": "recent", "lived_until": "2021-03-02"},
    {"street": "old", "lived_until": "2021-03-01"},
)


@pytest.mark.parametrize(
    ("chosen", "wanted", "streets"),
    [
        ("current", False, ["now"]),
        ("five-years", True, ["now", "recent"]),
        ("all", True, ["now", "recent", "old"]),
        ("tampered", False, ["now"]),
    ],
)
def test_a_need_reaches_as_far_back_as_was_chosen(chosen, wanted, streets):
    answers = {"history": chosen}

    assert NEED.is_wanted(answers) is wanted
    assert [home["street"] for home in NEED.narrowed(HOMES, answers, ON)] == streets


def test_a_need_without_depth_keeps_everything():
    plain = EvidenceNeed("civil.residence-history", ("lived_until",), "law", {"en": "why"})

    assert plain.is_wanted({})
    assert plain.narrowed(HOMES, {}, ON) == HOMES


def with_fields(*fields):
    return replace(service("civil.family-card"), fields=fields)


LABEL = {"en": "Label"}


@pytest.mark.parametrize(
    ("form_field", "given", "completed"),
    [
        (FormField("a", LABEL), " text ", "text"),
        (FormField("a", LABEL, default="usual"), "", "usual"),
        (FormField("a", LABEL, required=False), "", ""),
        (FormField("a", LABEL, FormFieldKind.NUMBER), "12", "12"),
        (FormField("a", LABEL, FormFieldKind.DATE), "2026-02-28", "2026-02-28"),
        (FormField("a", LABEL, FormFieldKind.CHOICE, choices=(Choice("x", LABEL),)), "x", "x"),
    ],
)
def test_answers_are_trimmed_and_completed(form_field, given, completed):
    assert with_fields(form_field).complete_answers({"a": given}) == {"a": completed}


@pytest.mark.parametrize(
    ("form_field", "given", "problem"),
    [
        (FormField("a", LABEL), " ", "missing"),
        (FormField("a", LABEL, max_length=3), "long", "too-long"),
        (FormField("a", LABEL, FormFieldKind.NUMBER), "-1", "number"),
        (FormField("a", LABEL, FormFieldKind.NUMBER), "१२", "number"),
        (FormField("a", LABEL, FormFieldKind.DATE), "2026-02-30", "date"),
        (FormField("a", LABEL, FormFieldKind.CHOICE, choices=(Choice("x", LABEL),)), "y", "choice"),
    ],
)
def test_answers_that_do_not_fit_are_named(form_field, given, problem):
    with pytest.raises(InvalidAnswers) as caught:
        with_fields(form_field).complete_answers({"a": given})

    assert caught.value.errors == {"a": problem}


def test_answers_to_questions_nobody_asked_are_refused():
    with pytest.raises(InvalidAnswers) as caught:
        with_fields().complete_answers({"full_name": "Somebody else"})

    assert caught.value.errors == {"full_name": "unknown"}
