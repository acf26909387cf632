"""What approved cases do in the registers of the social funds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence
from gapura.sectors.finance.actions import enroll_employer
from gapura.sectors.finance.queries import is_enrolled
from gapura.sectors.finance.types import CannotEnrollEmployer


class EnrollEmployer(CaseEffect):
    """The chosen business pays contributions; whoever asked answers for it."""

    code = "finance.enroll-employer"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        enrolled = is_enrolled(application.answers["business"], on=local_day(now, settings.TIME_ZONE))
        return get_refusal("employer-enrolled") if enrolled else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            entry = enroll_employer(
                actor=actor,
                business_number=application.answers["business"],
                responsible=application.applicant,
                case_number=application.number,
                now=now,
            )
        except CannotEnrollEmployer as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {"employer_number": entry.employer_number}
