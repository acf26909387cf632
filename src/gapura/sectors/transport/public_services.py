"""What an approved case does in the register of vehicles."""

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
from gapura.sectors.transport.actions import transfer_vehicle
from gapura.sectors.transport.queries import find_obstacle
from gapura.sectors.transport.types import CannotTransferVehicle


class VehicleTransfer(CaseEffect):
    """The vehicle of the answer ``vehicle`` passes from the subject to the person of the answer ``buyer``."""

    code = "transport.transfer"

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        answers, on = application.answers, local_day(now, settings.TIME_ZONE)
        if application.applicant == answers["buyer"] != application.subject:
            return get_refusal("agent-is-buyer")
        obstacle = find_obstacle(answers["vehicle"], seller=application.subject, buyer=answers["buyer"], on=on)
        return get_refusal(obstacle) if obstacle else None

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        plate_number, buyer = application.answers["vehicle"], application.answers["buyer"]
        try:
            owned = transfer_vehicle(
                actor=actor,
                plate_number=plate_number,
                seller=application.subject,
                buyer=buyer,
                case_number=application.number,
                now=now,
            )
        except CannotTransferVehicle as refused:
            raise CannotCarryOut(get_refusal(refused.refusal)) from refused
        return {
            "plate": plate_number,
            "owner": buyer,
            "book": owned.ownership_book,
            "since": owned.valid_from.isoformat(),
        }
