"""What the worker does for a node at intervals."""

import logging

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.actions import seal_messages, update_registry
from gapura.kernel.nodes.folder import get_registry, own_folder
from gapura.kernel.nodes.registry import Registry, read_registry
from gapura.kernel.nodes.transport import call_member
from gapura.kernel.nodes.types import BadRegistry, Member, MessageRefused, NoNode

_NODES = system_actor("nodes")
_SECONDS = 10.0
_log = logging.getLogger(__name__)


def seal_log() -> int:
    """Seal what waits; returns how many messages."""
    return seal_messages(actor=_NODES, now=clock.now())


def refresh_registry() -> Registry | None:
    """Ask members for a newer member registry until one has it; None when nobody has, or there is no node."""
    try:
        held = get_registry()
    except (NoNode, BadRegistry):
        return None
    own = own_folder().member
    for member in held.members.values():
        if member.id != own and (newer := _take_from(member, held.version)) is not None:
            return newer
    return None


def _take_from(member: Member, held: int) -> Registry | None:
    """The member's registry, put in force here if it is newer than number ``held``."""
    try:
        status, _, content = call_member(member, "GET", "/registry", {}, b"", seconds=_SECONDS, checks_revocation=False)
        text = content.decode()
        if status != 200 or read_registry(text, own_folder().authority()).version <= held:
            return None
        return update_registry(actor=_NODES, text=text, now=clock.now())
    except (MessageRefused, BadRegistry, UnicodeDecodeError) as error:
        _log.warning("The member registry of %s was not taken: %s", member.id, error)
        return None
