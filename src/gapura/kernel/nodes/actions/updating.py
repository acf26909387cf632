"""Taking a new member registry."""

from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.registry import Registry


def update_registry(*, actor: Actor, text: str, now: datetime) -> Registry:
    """Put the registry ``text`` in force. Raises BadRegistry unless it is signed, current and no step back."""
    with transaction.atomic():
        registry = own_folder().replace_registry(text, now)
        record_event(
            actor=actor,
            action="nodes.registry_updated",
            object_ref=f"registry:{registry.version}",
            detail={"valid_until": registry.valid_until.isoformat(), "members": len(registry.members)},
        )
    return registry
