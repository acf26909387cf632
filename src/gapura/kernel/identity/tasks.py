"""What the worker does for identity at intervals."""

from gapura.foundation import clock
from gapura.kernel.identity.actions import forget_old_traces
from gapura.kernel.outbox.plugin import register_periodic


def forget() -> None:
    forget_old_traces(now=clock.now())


register_periodic("identity.forget_old_traces", 3600, forget)
