"""What the worker does for seats by the clock."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.sectors.smart_work.actions import sweep


def let_go() -> None:
    sweep(actor=system_actor("smart-work"), now=clock.now())


register_periodic("smart_work.let_go", 300, let_go)
