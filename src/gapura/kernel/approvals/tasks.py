"""What the clock does on lines: holds end, absences begin and end."""

from gapura.foundation import clock
from gapura.kernel.approvals import actions
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic

_CLOCK = system_actor("approvals")


def resume_held() -> int:
    return actions.resume_held_lines(actor=_CLOCK, now=clock.now())


def follow_absences() -> int:
    return actions.follow_day(now=clock.now())


register_periodic("approvals.resume_held", 900, resume_held)
register_periodic("approvals.follow_absences", 3600, follow_absences)
