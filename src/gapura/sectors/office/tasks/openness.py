"""Measuring how openly the office works, besides what its records say by themselves."""

from random import SystemRandom

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.sectors.office.actions.openness import measure_finding


def measure() -> None:
    measure_finding(actor=system_actor("office"), today=clock.today(settings.TIME_ZONE), chance=SystemRandom())


register_periodic("office.measure-finding", 6 * 60 * 60, measure)
