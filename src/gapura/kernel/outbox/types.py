"""What travels through the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

JSON = str | int | float | bool | None | Sequence["JSON"] | Mapping[str, "JSON"]
"""A value that JSON can hold."""


class CannotPublishEvent(Exception):
    """The event is not a dataclass of JSON values."""


class UnknownJob(Exception):
    """No job or subscriber of that name is registered in this process."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job given up after too many attempts; ``gapura outbox retry`` revives it."""

    job_id: int
    name: str
    attempts: int
    dead_at: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How much is waiting, running and given up."""

    events_waiting: int
    jobs_due: int
    jobs_later: int
    jobs_running: int
    oldest_due_at: datetime | None
    dead_letters: tuple[DeadLetter, ...]
