"""For tests: several who want the same at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections


def at_once(*works: Callable[[], object]) -> list[Exception | None]:
    """Do all of ``works`` from one moment on; what each raised, or None."""
    return [one if isinstance(one, Exception) else None for one in answers_at_once(*works)]


def answers_at_once(*works: Callable[[], object]) -> list[Any]:
    """The same, each in a thread with connections of its own; what each gave, or raised."""
    start = Barrier(len(works))

    def work(one: Callable[[], object]) -> Any:
        start.wait()
        try:
            return one()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(work, works))
