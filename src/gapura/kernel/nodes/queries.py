"""What a node knows: the registry in force, its own subsystems, its message log."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gapura.kernel.nodes.folder import get_registry, get_subsystems, own_folder
from gapura.kernel.nodes.message_log import oldest_unsealed as oldest_unsealed
from gapura.kernel.nodes.models import MessageRecord
from gapura.kernel.nodes.registry import Registry as Registry
from gapura.kernel.nodes.types import Direction, LogDifference, MessageKind, Subsystem


def find_registry() -> Registry | None:
    """The member registry in force, or None where there is no node. Raises BadRegistry, or NoNode before it joined."""
    return get_registry() if own_folder().exists() else None


def list_own_subsystems() -> tuple[Subsystem, ...]:
    """Raises NoNode."""
    return get_subsystems()


def find_own_subsystem(agency: str) -> Subsystem | None:
    """The subsystem that asks in the name of the agency from this node, or None. Raises NoNode."""
    return next((one for one in list_own_subsystems() if one.agency == agency), None)


def find_service_of(agency: str, service: str) -> Subsystem | None:
    """The subsystem of another node that answers ``service`` for the agency, by the registry in force, or None.

    Raises BadRegistry, or NoNode before this node joined.
    """
    registry = find_registry()
    if registry is None:
        return None
    own = own_folder().member
    return next(
        (
            subsystem
            for member in registry.members.values()
            if member.id != own
            for subsystem in member.subsystems
            if subsystem.agency == agency and service in subsystem.services
        ),
        None,
    )


def count_messages() -> Mapping[str, int]:
    """Messages in the log by fate: sent, received, refused."""
    log = MessageRecord.objects
    return {
        "sent": log.filter(direction=Direction.SENT, fault="").count(),
        "received": log.filter(direction=Direction.RECEIVED, fault="").count(),
        "refused": log.exclude(fault="").count(),
    }


def iterate_log(peer: str, *, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """Messages exchanged with the subsystem or member ``peer``, as its log may be compared: no salt, no content."""
    rows = MessageRecord.objects.filter(peer__startswith=peer, fault="", logged_at__gte=since, logged_at__lt=until)
    for row in rows.order_by("pk").values("direction", "kind", "message_id", "own", "peer", "digest").iterator():
        yield {**row, "digest": bytes(row["digest"]).hex()}


def compare_logs(ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]]) -> list[LogDifference]:
    """What two logs of the same messages do not tell alike: ``missing`` here, ``extra`` here, or ``different``.

    ``theirs`` is what :func:`iterate_log` gave at the other end: what was sent there was received here.
    """
    mine, other = _by_message(ours), _by_message(theirs)
    differences = []
    for key in sorted(mine.keys() | other.keys()):
        if mine.get(key) == other.get(key):
            continue
        what = "missing" if key not in mine else "extra" if key not in other else "different"
        differences.append(LogDifference(key[0], MessageKind(key[1]), what))
    return differences


def _by_message(log: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], str]:
    """Digest by message, kind and sender."""
    return {
        (row["message_id"], row["kind"], row["own"] if row["direction"] == Direction.SENT else row["peer"]): row[
            "digest"
        ]
        for row in log
    }
