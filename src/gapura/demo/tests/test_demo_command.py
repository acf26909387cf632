"""``gapura demo`` end to end, on the database."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from gapura.demo.actions.nation import empty_database
from gapura.demo.queries import DUTIES, STORIES, find_nation
from gapura.demo.types import DEMO_PASSWORD, Duty, Story
from gapura.foundation import clock
from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.identity.queries import find_account, find_account_of, find_person_of, list_capacities
from gapura.sectors.civil.testing import BirthEntry, Guardianship, PersonEntry, Region, ResidenceEntry

pytestmark = pytest.mark.usefixtures("table_owner")  # a bulk load drops indexes and checks

ON = date(2026, 7, 1)


def make_nation(*options: str, people: int = 2500) -> dict[str, Any]:
    out = StringIO()
    call_command("demo", "--people", str(people), "--on", str(ON), "--json", *options, stdout=out)
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


@pytest.mark.django_db
def test_a_nation_is_made_with_people_to_sign_in_as() -> None:
    report = make_nation()
    assert PersonEntry.objects.known_at(None).as_of(ON).count() == report["people"] == 2500
    assert report["counts"]["civil.PersonEntry"] == PersonEntry.objects.count()
    assert {sample["story"] for sample in report["residents"]} == set(Story)
    assert {sample["duty"] for sample in report["officials"]} == set(Duty)
    assert Region.objects.filter(code="31.71").exists()
    for sample in (*report["residents"], *report["officials"]):
        account = find_account(sample["login"])
        assert account is not None
        assert account.check_password(DEMO_PASSWORD)
        assert find_person_of(account.pk) == sample["number"]
        assert sample["why"]
    assert find_nation().digest == report["digest"]
    assert AuditEvent.objects.filter(action="registers.loaded").count() == 1


@pytest.mark.django_db
def test_the_samples_are_who_they_are_said_to_be() -> None:
    samples = {sample["story"]: sample["number"] for sample in make_nation()["residents"]}
    status = {
        story: PersonEntry.objects.known_at(None).as_of(ON).get(number=number).marital_status
        for story, number in samples.items()
    }
    assert (status["single"], status["mover"], status["widowed"]) == ("single", "divorced", "widowed")
    children = PersonEntry.objects.known_at(None).as_of(ON).filter(father_number=samples["parent"])
    children |= PersonEntry.objects.known_at(None).as_of(ON).filter(mother_number=samples["parent"])
    assert children.count() == 2
    assert ResidenceEntry.objects.known_at(None).filter(number=samples["mover"]).count() >= 4
    assert Guardianship.objects.known_at(None).as_of(ON).filter(guardian_number=samples["guardian"]).exists()
    now = clock.now()
    assert len(list_accesses_to(samples["parent"], now=now)) == 2
    assert find_account_of(samples["widowed"]).email == "widowed@example.invalid"


@pytest.mark.django_db
def test_every_office_of_a_sample_has_a_registrar_and_a_supervisor_who_are_two_people() -> None:
    report = make_nation()
    offices = {sample["office_code"] for sample in report["residents"]}
    for duty in (Duty.REGISTRAR, Duty.SUPERVISOR):
        assert {s["office_code"] for s in report["officials"] if s["duty"] == duty} == offices
    numbers = [sample["number"] for sample in (*report["officials"], *report["residents"])]
    assert len(set(numbers)) == len(numbers)
    registrar = next(s for s in report["officials"] if s["duty"] == Duty.REGISTRAR)
    roles = {r for c in list_capacities(find_account(registrar["login"]), on=ON) for r in c.actor.roles}
    assert "civil.registrar" in roles


@pytest.mark.django_db
def test_a_second_nation_is_refused_and_replaces_the_first_when_asked() -> None:
    first = make_nation(people=400)
    with pytest.raises(CommandError, match="--replace"):
        make_nation(people=400)
    again = make_nation("--replace", people=400)
    assert again["digest"] == first["digest"]
    assert again["counts"] == first["counts"]
    other = make_nation("--replace", "--seed", "2", people=400)
    assert other["digest"] != first["digest"]


@pytest.mark.django_db
def test_people_that_no_demonstration_made_are_never_replaced() -> None:
    make_nation(people=50)
    PersonEntry.objects.filter(pk=PersonEntry.objects.order_by("pk").first().pk).update(source_kind="import")
    with pytest.raises(CommandError, match="another database"):
        make_nation("--replace", people=50)
    assert PersonEntry.objects.exists()


@pytest.mark.django_db
def test_the_rules_of_the_registers_hold_again_after_the_load() -> None:
    make_nation(people=200)
    person = PersonEntry.objects.filter(superseded_at__isnull=True, valid_until__isnull=True).order_by("pk")[0]
    person.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        person.save(force_insert=True)
    birth = BirthEntry.objects.order_by("pk")[0]
    birth.pk, birth.number = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        birth.save(force_insert=True)
    with connection.cursor() as cursor:
        indexes = connection.introspection.get_constraints(cursor, "civil_person")
    assert {"person_by_number", "person_by_name"} <= set(indexes)


@pytest.mark.django_db
def test_an_exported_nation_comes_in_again_and_goes_out_the_same(tmp_path: Path) -> None:
    make_nation(people=300)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    call_command("export_population", str(first), "--as-of", str(ON), stdout=StringIO())
    empty_database()
    out = StringIO()
    call_command("import_population", str(first), "--on", str(ON), "--json", stdout=out)
    totals = json.loads(out.getvalue())
    assert (totals["loaded"], totals["quarantined"], totals["families_without_head"]) == (300, 0, 0)
    call_command("export_population", str(second), "--as-of", str(ON), stdout=StringIO())
    assert first.read_bytes() == second.read_bytes()
    assert len(first.read_text(encoding="utf-8").splitlines()) == 301


@pytest.mark.django_db
def test_an_empty_nation_is_refused() -> None:
    with pytest.raises(CommandError, match="--people"):
        make_nation(people=0)


@pytest.mark.django_db
def test_the_report_for_people_names_every_sample() -> None:
    out = StringIO()
    call_command("demo", "--people", "400", "--on", str(ON), stdout=out)
    for sample in find_nation().residents:
        assert sample.number in out.getvalue()
    assert DEMO_PASSWORD in out.getvalue()


def test_every_story_and_duty_is_explained() -> None:
    assert set(STORIES) == set(Story)
    assert set(DUTIES) == set(Duty)
