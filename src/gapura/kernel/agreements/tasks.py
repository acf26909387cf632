"""What the worker does for agreements."""

from gapura.foundation import clock
from gapura.kernel.agreements import actions
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic

_WORKER = system_actor("agreements")


def watch_terms() -> int:
    return actions.watch_terms(actor=_WORKER, now=clock.now())


def count_use() -> int:
    return actions.count_use(actor=_WORKER, now=clock.now())


register_periodic("agreements.watch_terms", 3600, watch_terms)
register_periodic("agreements.count_use", 300, count_use)
