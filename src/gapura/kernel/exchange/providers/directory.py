"""Which evidence types other nodes answer, by the member registry in force: who joins later is asked at once."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gapura.kernel.exchange.providers.guarding import ProviderGuard
from gapura.kernel.exchange.providers.remote import RemoteProvider
from gapura.kernel.nodes.queries import Registry, find_registry, list_own_subsystems
from gapura.kernel.nodes.types import BULK, BadRegistry, NoNode, SubsystemId


class Directory:
    """The remote providers of one node, made anew when its registry changed.

    Who still answers keeps its circuit breaker and its earlier answers. A registry that cannot be read changes nothing;
    a holder that is suspended stays its evidence types' only holder, and does not answer.
    """

    def __init__(self) -> None:
        self._registry: Registry | None = None
        self._providers: dict[str, RemoteProvider] = {}
        self._guards: dict[SubsystemId, ProviderGuard] = {}

    def find(self, evidence_type: str) -> RemoteProvider | None:
        try:
            registry = find_registry()
            if registry is not None and registry is not self._registry:
                self._providers = self._read(registry)
                self._registry = registry
        except (NoNode, BadRegistry):
            pass
        return self._providers.get(evidence_type)

    def _read(self, registry: Registry) -> dict[str, RemoteProvider]:
        own = {one.id.member for one in list_own_subsystems()}
        providers = {}
        for member in registry.members.values():
            for subsystem in () if member.id in own else member.subsystems:
                guard = self._guards.setdefault(subsystem.id, ProviderGuard(member.title, agency=subsystem.agency))
                for service in subsystem.services - {BULK}:
                    known = self._providers.get(service)
                    if known is None or known.holder != subsystem.id:
                        known = RemoteProvider(service, subsystem, guard)
                    known.takes_bulk = BULK in subsystem.services
                    providers[service] = known
        return providers


def find_elsewhere(evidence_type: str) -> RemoteProvider | None:
    """The other node that answers the evidence type, if the registry names one."""
    return _directory(settings.GAPURA_HOME).find(evidence_type)


@lru_cache(maxsize=16)
def _directory(_home: Path) -> Directory:
    return Directory()
