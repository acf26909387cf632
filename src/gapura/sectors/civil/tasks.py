"""What the worker does for the population register: it looks through the look-ups."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.sectors.civil.actions import findings

_WORKER = system_actor("look-ups")


def examine_look_ups() -> int:
    return findings.examine_look_ups(actor=_WORKER, now=clock.now())


def examine_decisions() -> int:
    return findings.examine_decisions(actor=_WORKER, now=clock.now())


register_periodic("civil.examine_look_ups", 60, examine_look_ups)
register_periodic("civil.examine_decisions", 86400, examine_decisions)
