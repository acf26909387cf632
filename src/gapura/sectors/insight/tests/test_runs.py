"""Simulations at the desk: asked for, reckoned by the worker, looked at, compared."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor, ActorKind, system_actor
from gapura.kernel.identity.testing import make_official, sign_in
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.outbox.testing import Job
from gapura.sectors.insight.actions import carry_out_run, request_run
from gapura.sectors.insight.models import Run
from gapura.sectors.insight.plugin import register_source
from gapura.sectors.insight.queries import access_run
from gapura.sectors.insight.testing import REFORM, Villages, make_run
from gapura.sectors.insight.types import ANALYST, CannotSimulate, Household, RunStatus

NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
ON = date(2025, 12, 31)
WHO = Actor(ActorKind.OFFICIAL, "Analyst", post_code="djp//policy", agency_code="djp", roles=frozenset({ANALYST}))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scene() -> Iterator[None]:
    register_source(Villages())
    with clock.frozen(NOW):
        yield


def ask(actor: Actor = WHO, *reforms: str, **changes: object) -> Run:
    given = {"source": "villages", "people": 20, "seed": 1, "as_of": ON, "now": NOW}
    return request_run(actor=actor, reforms=reforms or [REFORM], **(given | changes))  # type: ignore[arg-type]


def analyst(agency: str = "djp", role: str = ANALYST) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    person = "31710101018000" + {"djp": "41", "kemensos": "42"}[agency]
    account = make_official(f"{agency}-official", person_number=person, post_code=f"{agency}//x", roles=[role])
    sign_in(client, account, post_code=f"{agency}//x")
    return client


def test_the_worker_reckons_a_run_and_the_page_shows_it() -> None:
    desk = analyst()
    sent = {"reform": REFORM, "source": "villages", "people": "20", "as_of": "2025-12-31"}
    place = desk.post("/desk/policy/", sent).headers["Location"]
    assert "being reckoned" in desk.get(place).content.decode()

    deliver_pending()

    run = Run.objects.get()
    assert run.status == RunStatus.DONE
    assert run.result["everybody"]["people"] == 20
    page = desk.get(place).content.decode()
    assert "By kind of family" in page
    assert "One parent with children" in page
    assert run.title in desk.get("/desk/policy/").content.decode()
    table = desk.get(f"{place}by_region.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.content.decode().splitlines()[0] == "name,families,people,net_before,change,winners,losers"
    assert desk.get(f"{place}nothing.csv").status_code == 404


def test_two_runs_stand_beside_each_other() -> None:
    mine, other = make_run("djp", now=NOW), make_run("djp", now=NOW, title="Another reform")
    unlike = make_run("djp", now=NOW, people=4, title="For other people")
    page = analyst().get(f"/desk/policy/{mine.number}/?with={other.number}").content.decode()
    assert page.count("<figcaption>By kind of family") == 2
    assert page.count("Another reform") > 1
    assert "For other people" not in page
    assert analyst("kemensos").get(f"/desk/policy/{unlike.number}/").status_code == 404


def test_only_analysts_of_the_agency_see_a_run() -> None:
    run = make_run("djp", now=NOW)
    for actor in (
        system_actor("test"),
        Actor(ActorKind.OFFICIAL, "Other", agency_code="djp"),
        Actor(ActorKind.OFFICIAL, "Other", agency_code="kemensos", roles=frozenset({ANALYST})),
    ):
        with pytest.raises(AccessDenied):
            access_run(actor, run.number)
    with pytest.raises(AccessDenied):
        access_run(WHO, "PSNONE")
    assert access_run(WHO, run.number) == run
    with pytest.raises(AccessDenied):
        ask(Actor(ActorKind.OFFICIAL, "Other", agency_code="djp"))
    assert analyst(role="office.clerk").get("/desk/policy/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"people": 0}, "between 1"), ({"people": 50_001}, "between 1"), ({"source": "nowhere"}, "between 1")],
)
def test_a_population_that_cannot_be_had_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(CannotSimulate, match=says):
        ask(WHO, **changes)
    assert not Run.objects.exists()


def test_a_wrong_reform_is_told_at_once_and_nothing_is_kept() -> None:
    desk = analyst()
    sent = {"reform": REFORM, "other": REFORM, "source": "villages", "people": "20", "as_of": "2025-12-31"}
    answer = desk.post("/desk/policy/", sent)
    assert "Two reforms change ptkp_diri" in answer.content.decode()
    assert not Run.objects.exists()
    assert not Job.objects.filter(name="insight.simulate").exists()


class Dying(Villages):
    """Dies in the middle, the first time."""

    code = "dying"
    deaths = 1

    def draw(self, people: int, *, seed: int, on: date) -> Iterator[Sequence[Household]]:
        for number, part in enumerate(super().draw(people, seed=seed, on=on)):
            if number == 3 and self.deaths:
                self.deaths -= 1
                raise MemoryError
            yield part


def test_a_run_killed_in_the_middle_is_taken_again_and_counts_nobody_twice() -> None:
    register_source(Dying())
    run, whole = ask(source="dying"), ask()
    deliver_pending()
    run.refresh_from_db()
    assert (run.status, run.result) == (RunStatus.WAITING, None)

    with clock.frozen(NOW.replace(minute=1)):
        deliver_pending()

    run.refresh_from_db()
    whole.refresh_from_db()
    assert run.status == RunStatus.DONE
    assert {**run.result, "population": ""} == {**whole.result, "population": ""}


def test_carrying_out_twice_changes_nothing() -> None:
    run = ask()
    carry_out_run(actor=system_actor("test"), number=run.number, now=lambda: NOW)
    first = Run.objects.get()
    again = carry_out_run(actor=system_actor("test"), number=run.number, now=lambda: NOW.replace(hour=9))
    assert (again.result, again.finished_at) == (first.result, first.finished_at)


def test_a_run_whose_reform_no_longer_fits_says_so() -> None:
    run = ask()
    Run.objects.filter(pk=run.pk).update(reform=REFORM.replace("ptkp_diri", "ptkp_gone"))
    done = carry_out_run(actor=system_actor("test"), number=run.number, now=lambda: NOW)
    assert done.status == RunStatus.FAILED
    assert "ptkp_gone" in done.problem
    assert "ptkp_gone" in analyst().get(f"/desk/policy/{run.number}/").content.decode()


def test_the_command_writes_a_page_and_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reform = tmp_path / "reform.yaml"
    reform.write_text(REFORM)
    arguments = ["--reform", str(reform), "--people", "20", "--population", "villages", "--on", "2025-12-31"]
    call_command("policy_simulate", *arguments, "--out", str(tmp_path / "out"))
    assert "families gain" in capsys.readouterr().out
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    call_command("policy_simulate", *arguments, "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((tmp_path / "out" / "result.json").read_text())
    assert printed["schema"] == "gapura-simulation/1"


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    reform = tmp_path / "reform.yaml"
    for arguments, says in (
        (["--reform", str(tmp_path / "none.yaml")], "cannot be read"),
        (["--reform", str(reform), "--population", "nowhere"], "There are: .*villages"),
        (["--reform", str(reform), "--people", "0"], "--people 1"),
        (["--reform", str(reform)], "not a mapping"),
    ):
        reform.write_text("- x")
        with pytest.raises(CommandError, match=says):
            call_command("policy_simulate", *arguments)
