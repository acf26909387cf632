"""What the worker does for instructions and for posts that nobody holds any more."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.sectors.office.actions.hand_over import note_vacancy
from gapura.sectors.office.actions.instructions import remind_of_instructions

VACANCY_JOB = "office.note_vacancy"
_HOUR = 3600


@job(VACANCY_JOB)
def note_that_nobody_holds(*, post_code: str) -> None:
    """Runs on the first day without a holder; who has been appointed meanwhile has the work with the post."""
    note_vacancy(actor=system_actor("office"), post_code=post_code, now=clock.now())


def remind_of_work() -> int:
    """Say again what is due soon or late; once a day for each instruction."""
    return remind_of_instructions(actor=system_actor("office"), now=clock.now())


register_periodic("office.remind_of_work", _HOUR, remind_of_work)
