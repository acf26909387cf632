"""What the clock does to photos."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.kernel.photos import actions

_WORKER = system_actor("photos")


def forget_unused() -> int:
    return actions.forget_unused(actor=_WORKER, now=clock.now())


register_periodic("photos.forget", 3600, forget_unused)
