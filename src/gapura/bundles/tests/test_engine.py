"""The engine by itself: what may start, what must wait, what a kill or a silent register leaves behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from gapura.bundles import definitions
from gapura.bundles.actions import advance_request, advance_waiting, progress, request_bundle
from gapura.bundles.definitions import read_bundle
from gapura.bundles.models import BundleRequest, RequestedItem
from gapura.bundles.queries import access_request
from gapura.bundles.tests.conftest import BUDI, NOW, SITI, ask, resident, states, tell
from gapura.bundles.types import BadBundle, BundleNotFound, CannotRequestBundle
from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import appeal_decision, decide_appeal, finish_waiting_cases
from gapura.kernel.cases.queries import Case
from gapura.kernel.cases.testing import official
from gapura.kernel.exchange.testing import memory_providers
from gapura.kernel.outbox.actions import deliver_pending

pytestmark = pytest.mark.usefixtures("town")
HOUSE = system_actor("test")
TEXT = {"id": "Uji", "en": "Test", "ko": "시험"}
PAPERS = {
    "code": "papers",
    "title": TEXT,
    "summary": TEXT,
    "life_event": "moving-house",
    "items": [
        {"code": "single", "service": "civil.never-married"},
        {"code": "home", "service": "civil.residence-certificate", "answers": {"history": "current"}},
        {"code": "data", "service": "civil.person-extract", "after": ["single"]},
        {"code": "card", "service": "civil.family-card", "after": ["data"], "optional": True},
    ],
}


@pytest.fixture
def papers(town: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle that exists as a file and nothing else: adding one needs no Python."""
    bundle = read(tmp_path, PAPERS)
    monkeypatch.setattr(definitions, "_read", lambda country: (bundle,))


def read(folder: Path, data: dict[str, Any]) -> definitions.Bundle:
    file = folder / "papers.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True))
    return read_bundle(file, {"checks.yaml": {}, "refusals.yaml": {}})


def request_papers(**changes: Any) -> BundleRequest:
    given = {"subject": SITI, "answers": {}, "language": "en", "idempotency_key": "k", "now": clock.now()}
    return request_bundle(actor=resident(SITI), code="papers", **given | changes)


@pytest.mark.usefixtures("papers")
def test_an_item_starts_when_what_it_builds_on_is_granted_and_stops_when_that_is_refused() -> None:
    request = request_papers()
    assert states(request) == {"single": "ended", "home": "granted", "data": "stopped", "card": "stopped"}
    assert request.finished_at == NOW


@pytest.mark.usefixtures("papers")
def test_what_was_stopped_goes_on_when_an_appeal_turns_the_refusal() -> None:
    request = request_papers()
    refused = Case.objects.get(service_code="civil.never-married")
    judge = official("civil.supervisor", office="31.71")
    appeal_decision(actor=resident(SITI), number=refused.number, grounds="No.", now=NOW)
    decide_appeal(actor=judge, number=refused.number, upheld=True, reason="She is right.", now=NOW)
    for _round in range(3):
        deliver_pending()
        advance_request(actor=HOUSE, number=request.number, now=NOW)
    assert states(request) == {code: "granted" for code in ("single", "home", "data", "card")}


@pytest.mark.usefixtures("papers")
def test_what_is_left_out_is_not_done() -> None:
    request = request_papers(left_out=["card", "single"])
    assert set(states(request)) == {"single", "home", "data"}, "what is not optional stays"


@pytest.mark.usefixtures("papers")
def test_a_request_is_seen_by_who_made_it_and_nobody_else() -> None:
    request = request_papers()
    assert access_request(resident(SITI), request.number).pk == request.pk
    for other in (resident(BUDI), official("civil.registrar")):
        with pytest.raises(BundleNotFound):
            access_request(other, request.number)


@pytest.mark.usefixtures("papers")
def test_nobody_asks_for_a_stranger() -> None:
    with pytest.raises(CannotRequestBundle, match="only for yourself"):
        request_papers(subject=BUDI)
    assert not BundleRequest.objects.exists()


def test_a_process_killed_between_two_items_loses_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    submit, started = progress.submit_for, []

    class Killed(BaseException):
        pass

    def submit_and_die(**given: Any) -> Case:
        case = submit(**given)
        started.append(case.service_code)
        if len(started) == 3:
            raise Killed  # the case exists, the item does not know it yet
        return case

    monkeypatch.setattr(progress, "submit_for", submit_and_die)
    with pytest.raises(Killed):
        ask()
    monkeypatch.setattr(progress, "submit_for", submit)
    request = BundleRequest.objects.get()
    assert list(states(request).values()).count("waiting") == 8
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert advance_waiting(actor=HOUSE, now=clock.now()) == 1
    assert set(states(request).values()) == {"granted"}
    assert Case.objects.count() == RequestedItem.objects.count() == 10


def test_a_silent_register_holds_up_its_own_item_and_no_other() -> None:
    tell()
    with memory_providers("civil.birth", "welfare.social-registry") as providers:
        for provider in providers.values():
            provider.is_down = True
        request = ask()
    found = states(request)
    assert (found["extract"], found["child-card"]) == ("started", "started")
    assert (found["assistance"], found["local-gift"]) == ("waiting", "waiting")
    assert [found[code] for code in ("birth", "number", "family-card", "insurance", "contribution")] == ["granted"] * 5
    with clock.frozen(NOW + timedelta(minutes=2)):
        finish_waiting_cases(actor=HOUSE, now=clock.now())
        advance_waiting(actor=HOUSE, now=clock.now())
        deliver_pending()
    assert set(states(request).values()) == {"granted"}


def test_two_workers_at_once_start_an_item_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one reads the items before the first has written; both submit under the item's own key."""
    tell()
    submit, inside = progress.submit_for, []

    def submit_twice(**given: Any) -> Case:
        if not inside:
            inside.append(True)
            advance_request(actor=HOUSE, number=BundleRequest.objects.get().number, now=NOW)
        return submit(**given)

    monkeypatch.setattr(progress, "submit_for", submit_twice)
    request = ask()
    assert set(states(request).values()) == {"granted"}
    assert Case.objects.count() == 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"service": "civil.nothing"}, "no service 'civil.nothing'"),
        ({"after": ["nothing"]}, "no item 'nothing' to come after"),
        ({"answers": {"colour": "red"}}, "asks no 'colour'"),
        ({"of": "home.child", "relation": "child"}, "neither a field nor a result 'child'"),
        ({"of": "somebody"}, "'of: somebody' is nobody"),
        ({"after": ["card"]}, "wait for each other"),
        ({"colour": "red"}, "colour"),
        ({"entitled": ["nothing"]}, "defines no 'nothing'"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_what_to_write(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    items = [PAPERS["items"][0] | change, *PAPERS["items"][1:]]  # type: ignore[index, operator]
    with pytest.raises(BadBundle, match=said):
        read(tmp_path, PAPERS | {"items": items})
    assert read(tmp_path, PAPERS).code == "papers"


def test_an_item_others_build_on_cannot_be_optional(tmp_path: Path) -> None:
    items = [PAPERS["items"][0] | {"optional": True}, *PAPERS["items"][1:]]  # type: ignore[index, operator]
    with pytest.raises(BadBundle, match="others build on it"):
        read(tmp_path, PAPERS | {"items": items})


def test_the_bundle_of_the_readme_works_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = Path(definitions.__file__).with_name("README.md").read_text("utf-8")
    told = readme.split("```yaml\n", 1)[1].split("```", 1)[0]
    bundle = read(tmp_path, yaml.safe_load(told))
    monkeypatch.setattr(definitions, "_read", lambda country: (bundle,))
    request = request_bundle(
        actor=resident(SITI),
        code=bundle.code,
        subject=SITI,
        answers={},
        language="en",
        idempotency_key="k",
        now=clock.now(),
    )
    assert states(request) == {"data": "granted", "home": "granted"}
