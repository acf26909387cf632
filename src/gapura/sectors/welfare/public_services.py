"""What approved cases do in the register of recipients."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.foundation.jurisdictions import load
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.welfare.actions import grant_assistance
from gapura.sectors.welfare.types import AlreadyAssisted


class Assistance(CaseEffect):
    """The subject becomes a recipient of the program that the public service stands for."""

    code = "welfare.grant-assistance"

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            entry = grant_assistance(
                actor=actor,
                person=application.subject,
                social_program=_programs()[application.service_code],
                on=local_day(now, settings.TIME_ZONE),
                source=Source(SourceKind.CASE, application.number),
                now=now,
            )
        except AlreadyAssisted as refusal:
            raise CannotCarryOut(get_refusal("already-assisted")) from refusal
        return {"order": entry.order_number}


@cache
def _programs() -> Mapping[str, str]:
    """Program by the code of the public service that grants it."""
    found: dict[str, str] = load(settings.GAPURA_JURISDICTION).read("assistance_programs.yaml")
    return found
