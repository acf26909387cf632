"""What the worker does for simulations."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job
from gapura.sectors.insight.actions import SIMULATE_JOB, carry_out_run


@job(SIMULATE_JOB)
def carry_out(*, number: str) -> None:
    carry_out_run(actor=system_actor("insight"), number=number, now=clock.now)
