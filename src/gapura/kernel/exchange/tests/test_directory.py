"""Who answers is read from the registry in force: members come, change and go without a restart of those that ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gapura.kernel.exchange.plugin import find_provider
from gapura.kernel.exchange.providers.remote import RemoteProvider
from gapura.kernel.exchange.testing import MemoryProvider, memory_providers
from gapura.kernel.nodes.testing import NOW, Network


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """One node, which asks; this process could read ``civil.person`` by itself, and nothing else."""
    network = Network(tmp_path)
    network.add("BANK", "LOANS", "bank")
    with memory_providers("civil.person"), network.at("BANK"):
        yield network


def answers(evidence_type: str) -> str:
    provider = find_provider(evidence_type)
    return str(provider.holder) if isinstance(provider, RemoteProvider) else type(provider).__name__


def test_a_member_that_joins_later_is_asked_at_once(network: Network) -> None:
    assert answers("civil.person") == MemoryProvider.__name__
    assert find_provider("civil.family-member") is None or answers("civil.family-member") != "ID/GOV/REGISTER/CIVIL"
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person", "civil.family-member"))
    assert answers("civil.person") == answers("civil.family-member") == "ID/GOV/REGISTER/CIVIL"
    with network.at("REGISTER"):
        assert answers("civil.person") == MemoryProvider.__name__, "the holder reads its own"


def test_what_a_member_no_longer_answers_it_is_no_longer_asked(network: Network) -> None:
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person",))
    assert answers("civil.person") == "ID/GOV/REGISTER/CIVIL"
    network.add("REGISTER", "CIVIL", "dukcapil", ())
    assert answers("civil.person") == MemoryProvider.__name__


def test_a_suspended_holder_is_not_replaced_by_a_register_that_knows_nothing(network: Network) -> None:
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person",))
    network.authority.suspend("ID/GOV/REGISTER", NOW)
    network.publish()
    assert answers("civil.person") == "ID/GOV/REGISTER/CIVIL"


def test_who_still_answers_keeps_its_breaker_and_a_torn_registry_changes_nothing(network: Network) -> None:
    network.add("REGISTER", "CIVIL", "dukcapil", ("civil.person",))
    before = find_provider("civil.person")
    network.add("SHOP", "TILL", "shop", ("welfare.recipient",))
    assert find_provider("civil.person") is before
    assert answers("welfare.recipient") == "ID/GOV/SHOP/TILL"
    (network.home("BANK") / "node" / "registry.signed").write_text("{")
    assert find_provider("civil.person") is before
