"""What may start, what must wait, and what came of a case."""

from collections.abc import Mapping, Set
from typing import Protocol

from gapura.bundles.types import ItemStatus

HOPELESS = frozenset({ItemStatus.ENDED, ItemStatus.NOT_ENTITLED, ItemStatus.STOPPED})
_OPEN = frozenset({"received", "consent", "payment", "review", "supplement", "approved", "appealed"})


class DecidedCase(Protocol):
    """What a case tells about its end."""

    @property
    def status(self) -> str: ...
    @property
    def decided_at(self) -> object: ...
    @property
    def decision_reason(self) -> Mapping[str, str]: ...


def outcome(case: DecidedCase) -> ItemStatus:
    """STARTED while the case runs; GRANTED when it was fulfilled; ENDED when it came to nothing."""
    if case.status in _OPEN:
        return ItemStatus.STARTED
    refused = case.decided_at is None or bool(case.decision_reason)
    granted = case.status == "fulfilled" or (case.status == "closed" and not refused)
    return ItemStatus.GRANTED if granted else ItemStatus.ENDED


def prospect(statuses: Mapping[str, ItemStatus], needed: Set[str]) -> ItemStatus:
    """Of an item that builds on ``needed``: GRANTED when it may start, WAITING, or STOPPED."""
    reached = {statuses[code] for code in needed}
    if reached & HOPELESS:
        return ItemStatus.STOPPED
    return ItemStatus.GRANTED if reached <= {ItemStatus.GRANTED} else ItemStatus.WAITING
