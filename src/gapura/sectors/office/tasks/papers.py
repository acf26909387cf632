"""Papers of long documents, which a worker sets."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job
from gapura.sectors.office.actions.setting import PAPER_JOB, set_paper

_PRESS = system_actor("office")


@job(PAPER_JOB)
def press(*, code: str) -> None:
    set_paper(actor=_PRESS, code=code, now=clock.now())
