"""The services the country has, as the rest of the house asks for them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from gapura.foundation.jurisdictions import load
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
from gapura.kernel.exchange.queries import list_agreements
from gapura.kernel.exchange.types import FieldKind

ON = date(2026, 3, 2)
SHOWN_AS = {("immigration.residence-permit", "permit_number"): "residence_permit_number"}
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


def test_a_need_keeps_the_records_that_carry_what_was_chosen_and_all_where_nothing_was():
    records = ({"plate": "B 1", "seats": 4}, {"plate": "B 2", "seats": 7})
    need = EvidenceNeed("transport.vehicle", ("plate",), "law", {"en": "why"}, match={"plate": "vehicle"})
    assert need.narrowed(records, {"vehicle": "B 2"}, ON) == (records[1],)
    assert need.narrowed(records, {"vehicle": "B 9"}, ON) == ()
    assert need.narrowed(records, {"vehicle": ""}, ON) == records
    by_number = EvidenceNeed("transport.vehicle", ("seats",), "law", {"en": "why"}, match={"seats": "seats"})
    assert by_number.narrowed(records, {"seats": "4"}, ON) == (records[0],)


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


def test_every_template_of_a_paper_belongs_to_a_service_or_to_a_module():
    catalogue = queries.get_catalogue()
    outputs = [service.output for versions in catalogue.services.values() for service in versions if service.output]
    used = {output.template for output in (*outputs, queries.get_mandate_rules().output)}
    used |= {
        "letter-receipt",
        "official-letter",
        "payment-receipt",
        "tax-invoice",
        "tax-return-receipt",
    }  # a module issues them without a case
    folder = load(settings.GAPURA_JURISDICTION).path("templates")
    assert used == {file.stem for file in folder.glob("*.typ") if "#let certificate(order)" in file.read_text()}


def test_every_field_that_a_certificate_can_print_has_a_label_in_three_languages():
    folder = load(settings.GAPURA_JURISDICTION).path("templates")
    labels = yaml.safe_load((folder / "labels.yaml").read_text(encoding="utf-8"))["fields"]
    services = [service for service in queries.list_services(on=ON) if service.output]
    asked = {(need.type, code) for service in services for need in service.evidence for code in need.fields}
    for evidence_type, code in sorted(asked):
        declared = next(field for field in find_evidence_type(evidence_type).fields if field.code == code)
        label = labels[SHOWN_AS.get((evidence_type, code), code)]
        assert {"id", "en", "ko"} <= label.keys(), code
        assert (label.get("kind") == "date") == (declared.kind is FieldKind.DATE), code


@pytest.mark.django_db
def test_what_the_country_declares_is_put_in_force_once_however_often_it_is_told(capsys):
    for _ in range(2):
        call_command("agreements_adopt")
    declared = queries.list_agreement_declarations()
    assert capsys.readouterr().out.splitlines() == [f"{len(declared)} declared agreements are in force."] * 2
    assert {one.code for one in list_agreements()} == {one.code for one in declared}
