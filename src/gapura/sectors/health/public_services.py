"""What approved cases do in the health registers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.conf import settings

from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.plugin import CaseEffect
from gapura.kernel.cases.types import Application, CannotCarryOut
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.health.actions.memberships import find_membership, insure_newborn
from gapura.sectors.health.types import CannotChangeRegister


class NewbornMembership(CaseEffect):
    """A child becomes a member with the parent who asks."""

    code = "health.insure-newborn"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        insured = find_membership(application.applicant, on=local_day(now, settings.TIME_ZONE))
        return None if insured else get_refusal("parent-not-insured")

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        born = {one.evidence_type: one.record or {} for one in evidence}["civil.person"]
        try:
            entry = insure_newborn(
                actor=actor,
                child=application.subject,
                parent=application.applicant,
                born_on=date.fromisoformat(born["birth_on"]),
                today=local_day(now, settings.TIME_ZONE),
                source=Source(SourceKind.CASE, application.number),
                now=now,
            )
        except CannotChangeRegister as refusal:
            raise CannotCarryOut(get_refusal(refusal.code)) from refusal
        return {"card_number": entry.card_number}
