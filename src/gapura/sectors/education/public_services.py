"""What an approved case does in the school registers."""

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
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.education.actions import transfer_pupil
from gapura.sectors.education.queries import choose_school
from gapura.sectors.education.types import CannotTransferPupil, Placement


class PupilTransfer(CaseEffect):
    """The subject goes to the school of the answer ``wish``, or to one with room where they live now."""

    code = "education.transfer"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        placement, on = _placement(application, evidence), local_day(now, settings.TIME_ZONE)
        try:
            choose_school(application.subject, placement, on=on)
        except CannotTransferPupil as refused:
            return get_refusal(refused.refusal)
        return None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        try:
            school, entered = transfer_pupil(
                actor=actor,
                number=application.subject,
                placement=_placement(application, evidence),
                source=Source(SourceKind.CASE, application.number),
                today=local_day(now, settings.TIME_ZONE),
                now=now,
            )
        except CannotTransferPupil as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {"school": school.school_name, "npsn": school.npsn, "since": entered.valid_from.isoformat()}


def _placement(application: Application, evidence: Sequence[Evidence]) -> Placement:
    home = {one.evidence_type: one.record or {} for one in evidence}["civil.residence"]
    return Placement(application.answers["wish"].strip(), home["regency"])
