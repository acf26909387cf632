"""Promises, copies, outages, and why something of these is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from gapura.foundation.measurements import Measurement
from gapura.foundation.texts import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value of a promise, and the bound that keeps it."""

    name: str
    title: Text
    at_most: float | None = None
    at_least: float | None = None

    def is_within(self, value: float | int | str) -> bool:
        """Whether ``value`` respects the bounds; words have none."""
        if isinstance(value, str):
            return self.at_most is None and self.at_least is None
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)


@dataclass(frozen=True, slots=True)
class Promise:
    """A property of the house that anybody can measure with ``command``; ``needs``: what beyond a few minutes."""

    code: str
    title: Text
    command: str
    figures: tuple[Figure, ...]
    stale_after: timedelta
    source: str
    needs: Text | None = None


class PromiseState(StrEnum):
    """What the newest measurement says of a promise; all but KEPT are red."""

    KEPT = "kept"
    BROKEN = "broken"
    STALE = "stale"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """A promise with its newest measurement, if there is one, and what follows from it."""

    promise: Promise
    state: PromiseState
    measurement: Measurement | None = None
    age: timedelta | None = None


class BadPromise(ValueError):
    """The file of a promise does not say what it must; ``str()`` names the file and the key."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One lawful destruction. ``named``: codes, days and digests, no contents; it lies in the open beside the copies.

    ``protocol``: who decided what, when and why; only the shares open it. Both are JSON. ``ended_at``: ISO 8601.
    """

    source: str
    code: str
    ended_at: str
    named: Mapping[str, Any]
    protocol: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DestroyedAgain:
    """How many records a deed names, and how many of them a copy had brought back."""

    named: int
    gone: int


class BackupRefused(Exception):
    """A copy cannot be made or trusted; ``str()`` says what happened, why, and what to do."""


class CounterRefused(Exception):
    """A counter cannot do this without a network, or what it did is not believed; ``str()`` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What became of a counter's journal. Codes of papers; ``refused`` and ``unchecked`` with the reason.

    ``unchecked``: confirmed, but the registers could not be asked whether anything changed meanwhile.
    """

    confirmed: tuple[str, ...] = ()
    confirmed_before: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    unchecked: Mapping[str, str] = field(default_factory=dict)
    ended_meanwhile: int = 0
    unused: int = 0


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the house that people know, and that can be out of order by itself."""

    code: str
    title: Text


class Health(StrEnum):
    """How a component is."""

    WORKING = "working"
    DISTURBED = "disturbed"
    DOWN = "down"
    UNKNOWN = "unknown"


class OutageStatus(StrEnum):
    """Where an outage stands: it runs, it is over and its cause is owed, its cause is written."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"


class CannotDeclareOutage(Exception):
    """What was declared cannot be; ``str()`` is for the official, in the active language."""
