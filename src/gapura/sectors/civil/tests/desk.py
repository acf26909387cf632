"""The desk that the tests of look-ups and corrections stand at: people, officials, agreements."""

from dataclasses import replace
from datetime import UTC, date, datetime

from gapura.kernel.approvals.testing import official
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange.testing import agree
from gapura.sectors.civil import testing
from gapura.sectors.civil.actions.look_ups import open_look_up
from gapura.sectors.civil.models import LookUp
from gapura.sectors.civil.queries import list_look_up_grounds
from gapura.sectors.civil.rules import REGISTERS
from gapura.sectors.civil.types import LookUpQuery

NOW = datetime(2025, 3, 5, 3, tzinfo=UTC)
TODAY = date(2025, 3, 5)
ANI, BUDI = "3171010101900001", "3273010101900002"
REGISTRAR = official("3171010101800001", roles=["civil.registrar"], account_id=1, post="registrar")
SUPERVISOR = official("3171010101800002", roles=["civil.supervisor"], account_id=2)
ELSEWHERE = official("3273010101800001", roles=["civil.registrar"], office_code="32.73", post="registrar")
OTHER_AGENCY = official("3171010101800005", roles=["civil.registrar"], agency_code="kua", post="registrar")
AUDITOR = replace(SUPERVISOR, roles=frozenset({"audit.auditor"}))
COUNTER = LookUpQuery(ground="counter", reason="Came to the counter.", number=ANI)


def furnish() -> None:
    """Ani of Jakarta and Budi of Bandung in the register, and the standing agreements of the desk."""
    testing.make_person(ANI, "Ani Wijaya")
    testing.make_residence(ANI)
    testing.make_person(BUDI, "Budi Santoso", sex="male")
    testing.make_residence(BUDI, "32.73.01.1001")
    for ground in list_look_up_grounds():
        for view in REGISTERS.values():
            for evidence_type in view.evidence_types:
                agree("dukcapil", evidence_type, ground.legal_ground)


def look_up(number: str = ANI, *, actor: Actor = REGISTRAR, now: datetime = NOW) -> LookUp:
    return open_look_up(actor=actor, query=replace(COUNTER, number=number), now=now)
