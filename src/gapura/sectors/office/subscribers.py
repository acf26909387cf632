"""What the office does when something happened."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.events import AppointmentEnded, OfficialAppointed, UnitsMerged
from gapura.kernel.identity.queries import list_parts_of
from gapura.kernel.outbox.actions import enqueue_job
from gapura.kernel.outbox.plugin import subscribe
from gapura.sectors.office.actions.finding import UNITS_JOB
from gapura.sectors.office.actions.hand_over import follow_merger, note_new_holder
from gapura.sectors.office.events import LetterDecided
from gapura.sectors.office.queries.work import find_vacancy
from gapura.sectors.office.tasks.carrying import TELL_JOB
from gapura.sectors.office.tasks.work import VACANCY_JOB

_OFFICE = system_actor("office")


@subscribe(LetterDecided)
def tell_sender_of_decision(event: LetterDecided) -> None:
    """The sender's house may be another one, and down: a job tells it."""
    enqueue_job(
        name=TELL_JOB,
        arguments={"agency_code": event.agency_code, "code": event.code},
        key=f"{TELL_JOB}:{event.agency_code}:{event.code}",
    )


@subscribe(UnitsMerged)
def move_work_of_unit(event: UnitsMerged) -> None:
    follow_merger(actor=_OFFICE, code=event.code, successor=event.successor, now=clock.now())
    enqueue_job(name=UNITS_JOB, arguments={"units": list_parts_of([event.successor])})


@subscribe(AppointmentEnded)
def ask_to_hand_over(event: AppointmentEnded) -> None:
    """On the day it ends, which may be weeks from now."""
    ends_on = find_vacancy(event.post_code, on=clock.today(settings.TIME_ZONE))
    if ends_on is not None:
        begin = datetime.combine(ends_on, time(), ZoneInfo(settings.TIME_ZONE))
        arguments = {"post_code": event.post_code}
        enqueue_job(name=VACANCY_JOB, arguments=arguments, run_at=begin, key=f"{VACANCY_JOB}:{event.post_code}")


@subscribe(OfficialAppointed)
def end_vacancy(event: OfficialAppointed) -> None:
    note_new_holder(actor=_OFFICE, post_code=event.post_code, now=clock.now())
