"""A register look-up by person number through the exchange, against the same read and one insert.

Measured twice: on the clock as it is, and in processor time alone, where no disk hides the cost of the code.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from statistics import median

from benchmarks.harness import Result, rounded, start_django

NAME = "lookup"
PEOPLE = 20_000
TIMES = 1_000
ASKED = ("full_name", "birth_on", "marital_status")
RECORDED_AT = datetime(2020, 1, 1, tzinfo=UTC)


def run() -> list[Result]:
    start_django()
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.actions import adopt_declared_agreements

    numbers = _fill_register()
    adopt_declared_agreements(actor=system_actor("benchmark"))
    bare, asked = _bare(numbers), _through_exchange(numbers)
    return [
        _measure("lookup", time.perf_counter, bare, asked),
        _measure("lookup/processor", time.thread_time, bare, asked),
    ]


def _measure(name: str, clock: Callable[[], float], bare: Callable[[], None], asked: Callable[[], None]) -> Result:
    """The medians of both, taken in turns, so that a busy machine treats them alike."""
    taken: dict[Callable[[], None], list[float]] = {bare: [], asked: []}
    for _ in range(TIMES):
        for look_up, seconds in taken.items():
            started = clock()
            look_up()
            seconds.append(clock() - started)
    floor, value = median(taken[bare]), median(taken[asked])
    against = f"bare ORM read and one committed insert ({floor * 1e6:.0f} µs)"
    ratio = rounded(value / floor)
    return Result(name, value * 1e6, "µs a look-up", against, ratio, "≤ 3 ×", ratio <= 3)


def _fill_register() -> list[str]:
    from gapura.sectors.civil.models import PersonEntry

    numbers = [f"31710101{number:08d}" for number in range(1, PEOPLE + 1)]
    PersonEntry.objects.bulk_create(
        (
            PersonEntry(
                number=number,
                full_name=f"Person {number}",
                sex="female",
                birth_place="Jakarta",
                birth_on=date(1990, 5, 2),
                religion="islam",
                marital_status="single",
                occupation="teacher",
                education="bachelor",
                citizenship="ID",
                valid_from=date(1990, 5, 2),
                recorded_at=RECORDED_AT,
                source_kind="demo",
                source_reference="benchmark",
            )
            for number in numbers
        ),
        batch_size=500,
    )
    return numbers


def _through_exchange(numbers):
    from gapura.foundation import clock
    from gapura.kernel.audit.types import Actor, ActorKind
    from gapura.kernel.exchange.actions import request_evidence
    from gapura.kernel.exchange.types import EvidenceRequest

    roles = frozenset({"civil.registrar"})
    official = Actor(ActorKind.OFFICIAL, "Registrar", 1, "3171010101800001", "dukcapil/31.71/registrar", roles=roles)
    draw = random.Random(1)

    def look_up():
        now = clock.now()
        request = EvidenceRequest(
            evidence_type="civil.person",
            subject=draw.choice(numbers),
            consumer="dukcapil",
            case_number="LU0000000000",
            legal_ground="UU 23/2006 Pasal 2",
            purpose={"id": "Pelayanan di loket", "en": "Service at the counter", "ko": "창구 서비스"},
            as_of=now.date(),
            fields=frozenset(ASKED),
        )
        if request_evidence(actor=official, request=request, now=now).record is None:
            raise AssertionError("The register knows everybody in this benchmark.")

    return look_up


def _bare(numbers):
    """What nobody could do with less: read the person, and remember that it was read."""
    from gapura.foundation import clock
    from gapura.kernel.exchange.models import AccessRecord
    from gapura.sectors.civil.models import PersonEntry

    first = AccessRecord.objects.count()
    draw, count = random.Random(1), iter(range(first, 10**9))

    def look_up():
        now, number = clock.now(), draw.choice(numbers)
        AccessRecord.objects.create(
            access_id=f"bare{next(count)}",
            requested_at=now,
            visible_from=now,
            actor_reference="official:dukcapil/31.71/registrar",
            actor_label="Registrar",
            consumer="dukcapil",
            provider="dukcapil",
            evidence_type="civil.person",
            fields=list(ASKED),
            subject=number,
            legal_ground="UU 23/2006 Pasal 2",
            purpose={"id": "Pelayanan di loket", "en": "Service at the counter", "ko": "창구 서비스"},
            case_number="LU0000000000",
            outcome="asked",
        )
        PersonEntry.objects.get(number=number)

    return look_up
