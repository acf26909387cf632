"""Letters that are to be brought somewhere, news of them, and readers who are to be reminded."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import job
from gapura.sectors.office.actions.carrying import (
    carry_dispatch,
    list_codes_to_carry,
    list_news_to_tell,
    tell_sender,
)
from gapura.sectors.office.actions.circulation import remind_readers
from gapura.sectors.office.actions.dispatch import CARRY_JOB

TELL_JOB = "office.tell_sender"
OFFICE = system_actor("office")


@job(CARRY_JOB)
def carry(*, code: str) -> None:
    """Bring one letter to where it goes; while that cannot be reached it waits for the next round."""
    carry_dispatch(actor=OFFICE, code=code, now=clock.now())


@job(TELL_JOB)
def tell(*, agency_code: str, code: str) -> None:
    """Bring what was done with a letter to the house that sent it; while that is down the news waits."""
    tell_sender(actor=OFFICE, agency_code=agency_code, code=code, now=clock.now())


def carry_waiting() -> int:
    """Let everything whose next try is due be carried; returns how many letters."""
    now = clock.now()
    codes, news = list_codes_to_carry(now), list_news_to_tell(now)
    for code in codes:
        enqueue_job(name=CARRY_JOB, arguments={"code": code}, key=f"{CARRY_JOB}:{code}")
    for agency, code in news:
        enqueue_job(name=TELL_JOB, arguments={"agency_code": agency, "code": code}, key=f"{TELL_JOB}:{agency}:{code}")
    return len(codes) + len(news)


def remind() -> int:
    """Remind readers of what they were to have read."""
    return remind_readers(actor=OFFICE, now=clock.now())
