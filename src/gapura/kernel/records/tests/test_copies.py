"""A person's copy asks other nodes too: who does not answer is named, asked again, and added."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.exchange.actions import suspend_agreement
from gapura.kernel.exchange.queries import list_accesses_to, list_agreements
from gapura.kernel.exchange.testing import MemoryProvider, agree, memory_providers
from gapura.kernel.identity.testing import NUMBER
from gapura.kernel.nodes.testing import NOW, Network, handing_over
from gapura.kernel.notifications.queries import list_messages
from gapura.kernel.outbox.actions import deliver_pending
from gapura.kernel.records.actions import complete_copy, make_copy
from gapura.kernel.records.bundles import DATA, PAGE, SCHEMA
from gapura.kernel.records.models import DataCopy
from gapura.kernel.records.queries import list_copies_of
from gapura.kernel.records.queries.elsewhere import get_terms_of_asking

pytestmark = pytest.mark.django_db
HOUSE, OTHER = system_actor("test"), "3171014205900001"
CASE = {"case_number": "CASE1", "agency_code": "dukcapil", "language": "en"}
HELD = ("civil.person", "civil.residence")


@pytest.fixture
def elsewhere(tmp_path: Path, settings: Any) -> Iterator[tuple[Network, dict[str, MemoryProvider]]]:
    """The portal's node makes the copy; the register's node holds a person and a residence."""
    network = Network(tmp_path)
    network.add("PORTAL", "CASES", "dukcapil")
    network.add("REGISTER", "CIVIL", "dukcapil", HELD)
    for code in HELD:
        agree("dukcapil", code, get_terms_of_asking().legal_ground)
    keys = Path(settings.GAPURA_HOME)
    for file in keys.glob("pki"):
        (network.home("PORTAL") / file.name).symlink_to(file)
    with memory_providers(*HELD) as providers, handing_over(network), network.at("PORTAL"), clock.frozen(NOW):
        providers["civil.person"].records[NUMBER] = [{"number": NUMBER, "full_name": "Citra", "mother_number": OTHER}]
        yield network, providers


Elsewhere = tuple[Network, dict[str, MemoryProvider]]


def make() -> DataCopy:
    return make_copy(actor=HOUSE, person_number=NUMBER, now=clock.now(), **CASE)


def unpack(copy: DataCopy) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(bytes(copy.content))) as files:
        told = json.loads(files.read(DATA))
        assert set(json.loads(files.read(SCHEMA))["required"]) == set(told)
        return told, files.read(PAGE).decode()


def work(network: Network, at: datetime) -> None:
    """Everybody's clock shows ``at``; the worker does what is due."""
    network.received_at = at
    with clock.frozen(at):
        while deliver_pending():
            pass


def test_the_copy_holds_what_other_nodes_say_and_the_person_sees_that_they_were_asked(elsewhere: Elsewhere) -> None:
    copy = make()
    told, page = unpack(copy)
    [person, residence] = told["elsewhere"]
    assert (person["evidence_type"], residence["records"], told["silent"]) == ("civil.person", [], [])
    assert person["records"][0]["full_name"] == "Citra"
    assert OTHER not in json.dumps(told), "other people's numbers are masked"
    assert "Citra" in page
    assert copy.waiting_for == []
    asked = [one for one in list_accesses_to(NUMBER, now=NOW) if one.case_number == "CASE1"]
    assert {one.evidence_type for one in asked} == set(HELD)


def test_who_does_not_answer_is_named_and_added_when_it_does(elsewhere: Elsewhere) -> None:
    network, providers = elsewhere
    providers["civil.person"].is_down = True
    copy = make()
    told, page = unpack(copy)
    assert [(one["evidence_type"], one["refusal"]) for one in told["silent"]] == [
        ("civil.person", "provider-unavailable")
    ]
    assert "have not answered yet" in page
    assert [one.missing for one in list_copies_of(NUMBER, now=NOW)] == [1]
    first = copy.sha256
    work(network, NOW + timedelta(minutes=61))
    copy.refresh_from_db()
    assert (copy.sha256, copy.waiting_for) == (first, ["civil.person"]), "asked again, and silent still"
    providers["civil.person"].is_down = False
    work(network, NOW + timedelta(minutes=122))
    copy.refresh_from_db()
    told, page = unpack(copy)
    assert {one["evidence_type"] for one in told["elsewhere"]} == set(HELD)
    assert (copy.waiting_for, told["silent"]) == ([], [])
    assert "have not answered yet" not in page
    assert [message.kind for message in list_messages(NUMBER)].count("data_copy_ready") == 2


def test_nobody_is_asked_again_after_the_hours_of_the_law_or_when_the_copy_is_gone(elsewhere: Elsewhere) -> None:
    network, providers = elsewhere
    providers["civil.person"].is_down = True
    copy = make()
    end = NOW + get_terms_of_asking().at_most
    complete_copy(actor=HOUSE, now=end, **CASE)
    work(network, end + timedelta(days=1))
    asked = len(list_accesses_to(NUMBER, now=end + timedelta(days=2)))
    work(network, end + timedelta(days=2))
    assert len(list_accesses_to(NUMBER, now=end + timedelta(days=2))) == asked
    DataCopy.objects.filter(pk=copy.pk).update(content=b"")
    assert complete_copy(actor=HOUSE, now=NOW, **CASE) is None


def test_without_an_agreement_the_holder_is_named_and_nothing_is_given(elsewhere: Elsewhere) -> None:
    for agreement in list_agreements(consumer="dukcapil"):
        suspend_agreement(actor=HOUSE, code=agreement.code, now=NOW)
    told, _ = unpack(make())
    assert {one["refusal"] for one in told["silent"]} == {"no-agreement"}
    assert told["elsewhere"] == []


def test_a_house_that_knows_no_other_node_asks_nobody(settings: Any) -> None:
    with clock.frozen(datetime(2026, 5, 4, tzinfo=UTC)):
        told, _ = unpack(make())
    assert (told["elsewhere"], told["silent"]) == ([], [])
