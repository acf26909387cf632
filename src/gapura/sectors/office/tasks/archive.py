"""Destroying what a committee decided, and telling archivists what has fallen due."""

from django.conf import settings

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.sectors.office.actions.destruction import DESTROY_JOB, carry_out_destruction
from gapura.sectors.office.actions.proposals import tell_archivists

EVERY_SECONDS = 6 * 60 * 60


@job(DESTROY_JOB)
def destroy(*, code: str) -> None:
    carry_out_destruction(actor=system_actor("office"), code=code, now=clock.now())


def propose_due() -> None:
    now = clock.now()
    tell_archivists(today=local_day(now, settings.TIME_ZONE), now=now)


register_periodic("office-archive", EVERY_SECONDS, propose_due)
