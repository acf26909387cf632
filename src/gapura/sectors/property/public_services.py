"""What an approved case does in the register of land."""

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
from gapura.kernel.identity.plugin import find_name
from gapura.sectors.property.actions import Buyer, transfer_land
from gapura.sectors.property.queries import find_obstacle
from gapura.sectors.property.types import CannotTransferLand


class LandTransfer(CaseEffect):
    """What the subject holds in the parcel of the answer ``parcel`` passes to the person of the answer ``buyer``."""

    code = "property.transfer"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        answers, on = application.answers, local_day(now, settings.TIME_ZONE)
        if application.applicant == answers["buyer"] != application.subject:
            return get_refusal("agent-is-buyer")
        obstacle = find_obstacle(answers["parcel"], seller=application.subject, buyer=answers["buyer"], on=on)
        return get_refusal(obstacle) if obstacle else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        parcel_number, buyer = application.answers["parcel"], application.answers["buyer"]
        try:
            bought = transfer_land(
                actor=actor,
                parcel_number=parcel_number,
                seller=application.subject,
                buyer=Buyer(buyer, find_name(buyer, local_day(now, settings.TIME_ZONE))),
                agreed=application.consents.get("holders", ()),
                case_number=application.number,
                now=now,
            )
        except CannotTransferLand as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        right = bought[0]
        return {
            "parcel": parcel_number,
            "title": right.right_number,
            "holder": buyer,
            "share": f"{right.share_numerator}/{right.share_denominator}",
            "since": right.valid_from.isoformat(),
        }
