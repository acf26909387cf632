"""Planted misuse is found, ordinary days raise no alarm, and nobody closes what concerns themselves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gapura.foundation import clock
from gapura.kernel.approvals.testing import official
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.civil import testing
from gapura.sectors.civil.actions.findings import (
    answer_finding,
    close_finding,
    examine_decisions,
    examine_look_ups,
)
from gapura.sectors.civil.models import LookUp, LookUpFinding
from gapura.sectors.civil.queries.findings import count_findings, count_look_ups, list_open_findings
from gapura.sectors.civil.queries.look_ups import get_outlier_rules
from gapura.sectors.civil.tests.desk import ANI, BUDI, ELSEWHERE, REGISTRAR, SUPERVISOR, furnish, look_up
from gapura.sectors.civil.types import CannotChangeFinding, Verdict

pytestmark = pytest.mark.django_db

WORKER = system_actor("look-ups")
ZONE = ZoneInfo("Asia/Jakarta")
WEDNESDAY = datetime(2025, 3, 5, 10, tzinfo=ZONE)
SUNDAY = datetime(2025, 3, 9, 10, tzinfo=ZONE)
DAY_OF_SILENCE = datetime(2025, 3, 29, 10, tzinfo=ZONE)
NIGHT = datetime(2025, 3, 5, 2, tzinfo=ZONE)
ME = REGISTRAR.person_number or ""
HONEY = "3171015508770001"


@pytest.fixture(autouse=True)
def register() -> Iterator[None]:
    furnish()
    testing.make_person(ME, "Rina Susanti", mother_number="3171014101600001")
    testing.make_residence(ME, street="Jl. Jauh 9", rt="009", rw="009")
    with translation.override("en"):
        yield


def found(now: datetime = WEDNESDAY) -> list[str]:
    examine_look_ups(actor=WORKER, now=now)
    return sorted(LookUpFinding.objects.values_list("kind", flat=True))


def a_finding() -> LookUpFinding:
    look_up(now=NIGHT)
    assert found() == ["at-night"]
    return LookUpFinding.objects.get()


def test_an_ordinary_day_raises_no_alarm() -> None:
    for minute in range(60):
        look_up(ANI if minute % 2 else BUDI, now=WEDNESDAY + timedelta(minutes=minute))
    assert found() == []


def test_the_own_family_is_found() -> None:
    mother, sister, child, cousin = (f"317101410160000{n}" for n in range(1, 5))
    testing.make_person(mother, "Ibu", birth_on=date(1960, 1, 1))
    testing.make_person(sister, "Kakak", mother_number=mother)
    testing.make_person(child, "Anak", mother_number=ME)
    testing.make_person(cousin, "Sepupu")
    testing.make_family("3171010000000001", {ME: "head", cousin: "other"})
    for number in (mother, sister, child, cousin):
        look_up(number, now=WEDNESDAY)
    assert found() == ["own-family"] * 4


def test_namesakes_and_neighbors_are_found() -> None:
    namesake, neighbor, same_village = "3171010101900011", "3171010101900012", "3171010101900013"
    testing.make_person(namesake, "RINA SUSANTI")
    testing.make_person(neighbor, "Tetangga")
    testing.make_residence(neighbor, street="Jl. Jauh 10", rt="009", rw="009")
    testing.make_person(same_village, "Warga")
    testing.make_residence(same_village, rt="001", rw="009")
    for number in (namesake, neighbor, same_village):
        look_up(number, now=WEDNESDAY)
    assert found() == ["neighbor", "own-name"]


@pytest.mark.parametrize(
    ("moment", "kinds"),
    [
        (NIGHT, ["at-night"]),
        (WEDNESDAY.replace(hour=5, minute=59), ["at-night"]),
        (WEDNESDAY.replace(hour=6), []),
        (WEDNESDAY.replace(hour=19, minute=59), []),
        (WEDNESDAY.replace(hour=20), ["at-night"]),
        (SUNDAY, ["day-off"]),
        (DAY_OF_SILENCE, ["day-off"]),
    ],
)
def test_nights_and_days_off_are_found_by_the_country_s_clock(moment: datetime, kinds: list[str]) -> None:
    look_up(now=moment)
    assert found(moment) == kinds


def test_a_person_whom_no_task_leads_to_is_found() -> None:
    testing.make_person(HONEY, "Tidak Ada")
    look_up(HONEY, now=WEDNESDAY)
    assert found() == ["honey"]


def test_coming_near_the_ceiling_is_found_once_a_day() -> None:
    near = get_limit("register_lookups_per_day") * get_outlier_rules().ceiling_percent // 100
    for minute in range(near + 3):
        look_up(now=WEDNESDAY + timedelta(minutes=minute))
        if minute == near - 2:
            assert found() == []
    assert found() == ["near-ceiling"]
    assert found() == ["near-ceiling"]


def many(reason_led_to: str = "") -> None:
    """A month of look-ups to correct something, of which as many as the country bears led to nothing."""
    rules = get_outlier_rules()
    LookUp.objects.bulk_create(
        LookUp(
            number=f"LU{number:010}",
            person_number=ANI,
            official=REGISTRAR.reference,
            official_person=ME,
            agency_code="dukcapil",
            office_code="31.71",
            ground="correction",
            reason="Wrong name.",
            opened_at=WEDNESDAY + timedelta(hours=number % 5),
            led_to_correction=reason_led_to == "corrections",
        )
        for number in range(rules.undecided_at_least)
    )


def test_many_look_ups_without_a_decision_are_found_once() -> None:
    many()
    assert examine_decisions(actor=WORKER, now=WEDNESDAY + timedelta(days=10)) == 0  # decisions may still come
    later = WEDNESDAY + timedelta(days=15)
    assert examine_decisions(actor=WORKER, now=later) == 1
    assert examine_decisions(actor=WORKER, now=later + timedelta(days=1)) == 0
    assert [one.kind for one in LookUpFinding.objects.all()] == ["no-decision"]


def test_look_ups_that_led_to_corrections_raise_no_alarm() -> None:
    many("corrections")
    assert examine_decisions(actor=WORKER, now=WEDNESDAY + timedelta(days=15)) == 0


def test_queries_do_not_grow_with_the_look_ups() -> None:
    counts = []
    for batch in (3, 40):
        for minute in range(batch):
            look_up(now=NIGHT + timedelta(minutes=minute))
        with CaptureQueriesContext(connection) as queries:
            assert examine_look_ups(actor=WORKER, now=WEDNESDAY) == batch
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_each_look_up_is_examined_once() -> None:
    look_up(now=NIGHT)
    assert examine_look_ups(actor=WORKER, now=WEDNESDAY) == 1
    assert examine_look_ups(actor=WORKER, now=WEDNESDAY) == 0
    assert LookUpFinding.objects.count() == 1


def close(actor: Actor, finding: LookUpFinding, now: datetime = WEDNESDAY, note: str = "I asked her.") -> None:
    close_finding(actor=actor, finding_id=finding.pk, verdict=Verdict.EXPLAINED, note=note, now=now)


def test_the_official_answers_and_the_supervisor_closes() -> None:
    finding = a_finding()
    assert [one.pk for one in list_open_findings(REGISTRAR)] == [finding.pk]
    answer_finding(actor=REGISTRAR, finding_id=finding.pk, answer="A flood; we worked at night.", now=WEDNESDAY)
    assert list_open_findings(REGISTRAR) == []
    assert [one.pk for one in list_open_findings(SUPERVISOR)] == [finding.pk]
    close(SUPERVISOR, finding)
    assert list_open_findings(SUPERVISOR) == []
    assert count_findings(SUPERVISOR, month=WEDNESDAY.date()) == [("at-night", "explained", 1)]
    assert count_look_ups(SUPERVISOR, month=WEDNESDAY.date()) == 1
    assert count_findings(SUPERVISOR, month=date(2025, 4, 1)) == []


def test_nobody_closes_what_concerns_themselves() -> None:
    finding = a_finding()
    answer_finding(actor=REGISTRAR, finding_id=finding.pk, answer="A flood.", now=WEDNESDAY)
    promoted = replace(SUPERVISOR, person_number=ME)
    for actor in (REGISTRAR, promoted, ELSEWHERE, replace(SUPERVISOR, office_code="32.73")):
        with pytest.raises(AccessDenied):
            close(actor, finding)
    with pytest.raises(IntegrityError), transaction.atomic():
        LookUpFinding.objects.update(closed_at=WEDNESDAY, verdict="explained", note="Fine.", closed_by_person=ME)
    close(SUPERVISOR, finding)


def test_only_the_official_concerned_answers_and_once() -> None:
    finding = a_finding()
    for actor in (SUPERVISOR, ELSEWHERE):
        with pytest.raises(AccessDenied):
            answer_finding(actor=actor, finding_id=finding.pk, answer="I know why.", now=WEDNESDAY)
    with pytest.raises(CannotChangeFinding, match="sentence"):
        answer_finding(actor=REGISTRAR, finding_id=finding.pk, answer=" ", now=WEDNESDAY)
    answer_finding(actor=REGISTRAR, finding_id=finding.pk, answer="A flood.", now=WEDNESDAY)
    with pytest.raises(CannotChangeFinding, match="already"):
        answer_finding(actor=REGISTRAR, finding_id=finding.pk, answer="No, a fire.", now=WEDNESDAY)


def test_without_an_answer_it_is_closed_only_when_the_time_is_over() -> None:
    finding = a_finding()
    assert finding.answer_due_on == date(2025, 3, 12)
    with pytest.raises(CannotChangeFinding, match="still has time"):
        close(SUPERVISOR, finding)
    with pytest.raises(CannotChangeFinding, match="examined"):
        close(SUPERVISOR, finding, WEDNESDAY + timedelta(days=8), note=" ")
    close(SUPERVISOR, finding, WEDNESDAY + timedelta(days=8))
    with pytest.raises(CannotChangeFinding, match="already"):
        close(SUPERVISOR, finding, WEDNESDAY + timedelta(days=8))


def test_the_pages_of_both() -> None:
    finding = a_finding()
    with clock.frozen(WEDNESDAY):
        mine, supervisor, other = (Client(headers={"Accept-Language": "en"}) for _ in range(3))
        for client, login, person, post, role in (
            (mine, "rina", ME, "dukcapil/31.71/registrar", "civil.registrar"),
            (supervisor, "budi", SUPERVISOR.person_number, "dukcapil/31.71/supervisor", "civil.supervisor"),
            (other, "joko", "3273010101800001", "dukcapil/32.73/supervisor", "civil.supervisor"),
        ):
            account = make_official(login, person_number=person or "", post_code=post, roles=[role])
            sign_in(client, account, post_code=post)
        page = f"/desk/civil/findings/{finding.pk}/"
        assert other.get(page).status_code == 404
        assert "Outside working hours" in mine.get("/desk/civil/findings/").content.decode()
        assert mine.post(page, {"answer": "A flood."}).status_code == 302
        assert "A flood." in supervisor.get(page).content.decode()
        assert supervisor.post(page, {"verdict": "misuse", "note": "There was no flood."}).status_code == 302
        summary = supervisor.get("/desk/civil/findings/?month=2025-03").content.decode()
        assert "Look-ups in all: 1." in summary
        assert mine.post(page, {"answer": "Wait."}).status_code == 200  # nothing to answer any more
    finding.refresh_from_db()
    assert (finding.verdict, finding.answer) == ("misuse", "A flood.")


def test_the_head_office_sees_every_office() -> None:
    finding = a_finding()
    head = official("3171010101800088", roles=["civil.supervisor"], office_code="")
    assert [one.pk for one in list_open_findings(head)] == [finding.pk]
    assert list_open_findings(replace(head, agency_code="kua")) == []
