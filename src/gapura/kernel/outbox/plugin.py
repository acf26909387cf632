"""What other modules hang into the outbox: reactions to events, jobs, and work done at intervals.

A subscriber runs in a transaction of its own, together with the note that it is done: what it writes to the
database happens once. It must not do slow things; it enqueues a job for those. A job runs outside any
transaction and may run twice after a crash: its effect must be the same then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gapura.kernel.outbox.types import UnknownJob

E = TypeVar("E")
Job = TypeVar("Job", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscriber of one event class."""

    event_class: type
    handler: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that the worker does at intervals."""

    name: str
    every_seconds: float
    function: Callable[[], object]


_subscriptions: dict[str, Subscription] = {}
_jobs: dict[str, Callable[..., None]] = {}
_periodics: dict[str, Periodic] = {}


def dotted_name(thing: Any) -> str:
    """``package.module.Name`` of a class or function: how the outbox stores what it must find again."""
    return f"{thing.__module__}.{thing.__qualname__}"


def subscribe(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Let the decorated function react to every ``event_class`` after commit, at least once."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        _subscriptions[dotted_name(handler)] = Subscription(event_class, handler)
        return handler

    return register


def job(name: str) -> Callable[[Job], Job]:
    """Make the decorated function the job ``name``; its arguments are keywords of JSON values."""

    def register(function: Job) -> Job:
        if _jobs.get(name, function) is not function:
            raise ValueError(f"Two jobs are called {name!r}; rename one.")
        _jobs[name] = function
        return function

    return register


def register_periodic(name: str, every_seconds: float, function: Callable[[], object]) -> None:
    """Let every worker call ``function`` at intervals; workers do not wait for each other."""
    _periodics[name] = Periodic(name, every_seconds, function)


def list_periodics() -> list[Periodic]:
    """All periodic work, by name."""
    return [_periodics[name] for name in sorted(_periodics)]


def list_subscribers(event_class: str) -> list[str]:
    """Names of the subscribers of the event class with this dotted name."""
    return sorted(name for name, found in _subscriptions.items() if dotted_name(found.event_class) == event_class)


def get_subscription(name: str) -> Subscription:
    """The subscriber called ``name``. Raises UnknownJob."""
    if name not in _subscriptions:
        raise UnknownJob(f"No subscriber is called {name!r}; is its subscribers file imported in apps.ready?")
    return _subscriptions[name]


def get_job(name: str) -> Callable[..., None]:
    """The job called ``name``. Raises UnknownJob."""
    if name not in _jobs:
        raise UnknownJob(f"No job is called {name!r}; is its module's tasks file imported in apps.ready?")
    return _jobs[name]
