"""Kill the house at random while people apply, and count what they were promised.

    python -m tests.reliability.kill_loop --seconds 3600 --seed 7 [--fault FAULT]

One process applies with idempotency keys and notes each answer in a file (its page cache survives a kill),
one delivers the outbox; a third kills one of them whenever some work was done. Afterwards everything unanswered is
asked again and the oracle counts: one case a key, one valid document a case, no promise lost. ``--fault``
plants a mistake; the oracle must then object, or the loop proves nothing.
"""

import argparse
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

FAULTS = ("key-ignored", "case-forgotten", "document-before-decision")
PEOPLE = 40
SERVICE = "civil.never-married"
LINE = len("key-000000 ABCDEFGHJKMN\n")


@dataclass
class Outcome:
    """What a run did, and what the oracle objects to."""

    kills: int = 0
    acknowledged: int = 0
    complaints: list[str] = field(default_factory=list)


def run(home: Path, seconds: float, seed: int, fault: str | None = None) -> Outcome:
    """Run the loop in ``home`` (made, with its own database unless GAPURA_DATABASE names one)."""
    os.environ |= {"GAPURA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gapura.config.settings"}
    import django

    django.setup()
    _prepare()
    _plant(fault)
    luck, outcome = random.Random(seed), Outcome()
    acknowledged = home / "acknowledged"
    acknowledged.touch()
    roles: list[Callable[[], None]] = [lambda: _apply_for_ever(acknowledged), _work_for_ever]
    children = {_fork(role): role for role in roles}
    ends_at = time.monotonic() + seconds
    try:
        while time.monotonic() < ends_at:
            _wait_for_work(acknowledged, luck)
            victim = luck.choice(sorted(children))
            _kill(victim)
            role = children.pop(victim)
            children[_fork(role)] = role
            outcome.kills += 1
    finally:
        for child in children:
            _kill(child)
    _judge(acknowledged, outcome)
    return outcome


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import connections

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.queries import list_agreement_declarations
    from gapura.kernel.exchange.actions import adopt_agreement
    from gapura.sectors.civil.testing import make_person, make_residence

    call_command("migrate", verbosity=0)
    call_command("pki_init", verbosity=0)
    for declared in list_agreement_declarations():
        terms = {name: getattr(declared, name) for name in declared.__dataclass_fields__}
        adopt_agreement(actor=system_actor("kill-loop"), **terms)
    for number in people():
        make_person(number, f"Warga {number[-4:]}")
        make_residence(number)
    connections.close_all()


def people() -> list[str]:
    """Person numbers of everybody who applies."""
    return [f"317101420590{serial:04d}" for serial in range(1, PEOPLE + 1)]


def _plant(fault: str | None) -> None:
    from gapura.kernel.cases.actions import applications, checks

    applications.PATIENCE = checks.PATIENCE = timedelta(seconds=1)
    if fault == "key-ignored":
        applications._find_earlier = lambda *_: None  # type: ignore[assignment]
        submit = applications._receive

        def forget_key(actor, service, case, now):  # type: ignore[no-untyped-def]
            case.idempotency_key = os.urandom(8).hex()
            return submit(actor, service, case, now)

        applications._receive = forget_key
    elif fault == "case-forgotten":
        applications.PATIENCE = timedelta(days=3650)
    elif fault == "document-before-decision":
        record = checks.fulfil_case
        conclude = checks._conclude

        def record_first(actor, case, service, sealed):  # type: ignore[no-untyped-def]
            from gapura.kernel.documents.actions import record_document

            record_document(actor=actor, sealed=sealed, now=sealed.signed_at)
            time.sleep(0.02)
            checks.fulfil_case = lambda *a, **k: record(a[0], a[1], None, **k)
            return conclude(actor, case, service, sealed)

        checks._conclude = record_first


def _fork(role: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        role()
    except BaseException:
        traceback.print_exc()
    os._exit(1)


def _wait_for_work(acknowledged: Path, luck: random.Random) -> None:
    """Until a few more answers came, and then a moment that may fall anywhere in the next request."""
    enough = acknowledged.stat().st_size + luck.randint(1, 6) * LINE
    patience = time.monotonic() + 10
    while acknowledged.stat().st_size < enough and time.monotonic() < patience:
        time.sleep(0.005)
    time.sleep(luck.uniform(0, 0.1))


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _apply_for_ever(acknowledged: Path) -> None:
    answered = {line.split()[0] for line in acknowledged.read_text().splitlines()}
    with acknowledged.open("a", buffering=1) as promises:
        for key, person in _plan():
            if key not in answered:
                promises.write(f"{key} {_apply(key, person)}\n")


def _plan() -> Iterator[tuple[str, str]]:
    numbers = people()
    for turn in range(10**9):
        yield f"key-{turn:06d}", numbers[turn % len(numbers)]


def _apply(key: str, person: str) -> str:
    from gapura.foundation import clock
    from gapura.kernel.cases.actions import submit_application
    from gapura.kernel.cases.testing import resident

    case = submit_application(
        actor=resident(person),
        service_code=SERVICE,
        subject=person,
        relation="self",
        answers={},
        language="id",
        idempotency_key=key,
        now=clock.now(),
    )
    return case.number


def _work_for_ever() -> None:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.cases.actions import finish_waiting_cases
    from gapura.kernel.outbox.actions import deliver_pending

    while True:
        deliver_pending(limit=50, lease=timedelta(seconds=2))
        finish_waiting_cases(actor=system_actor("kill-loop"), now=clock.now())
        time.sleep(0.05)


def _judge(acknowledged: Path, outcome: Outcome) -> None:
    """Ask again what was never answered, let the outbox come to rest, and hold everything against the promises."""
    promised = dict(line.split() for line in acknowledged.read_text().splitlines() if line.count(" ") == 1)
    outcome.acknowledged = len(promised)
    for key, person in _plan():
        if len(promised) > outcome.acknowledged + 2:
            break
        if key not in promised:
            promised[key] = _apply(key, person)
    _come_to_rest()
    outcome.complaints = [*_complaints_of_cases(promised), *_complaints_of_documents()]


def _come_to_rest() -> None:
    """Two generous minutes of a healthy worker; what is unfinished then stays unfinished."""
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.cases.actions import finish_waiting_cases
    from gapura.kernel.outbox.actions import deliver_pending

    for minute in (1, 2):
        finish_waiting_cases(actor=system_actor("kill-loop"), now=clock.now() + timedelta(minutes=minute), limit=1000)
        deliver_pending(lease=timedelta(seconds=2))


def _complaints_of_cases(promised: dict[str, str]) -> Iterator[str]:
    from gapura.kernel.cases.models import Case

    cases = list(Case.objects.order_by("pk"))
    known = {case.number for case in cases}
    for key, number in promised.items():
        if number not in known:
            yield f"{key}: the promised case {number} is lost"
    for case in cases:
        if case.status != "fulfilled":
            yield f"{case.number}: still {case.status}"
    if len(cases) > len(promised):
        yield f"{len(cases)} cases for {len(promised)} applications"


def _complaints_of_documents() -> Iterator[str]:
    from gapura.kernel.cases.models import Case
    from gapura.kernel.documents.models import Document, DocumentContent

    documents = list(Document.objects.order_by("pk"))
    for number, count in Counter(d.case_number for d in documents).items():
        if count != 1:
            yield f"{number}: {count} documents"
    if without := Case.objects.exclude(document_code__in=[d.code for d in documents]).count():
        yield f"{without} cases without their document"
    for document in documents:
        sealed = bytes(DocumentContent.objects.get(document=document).sealed)
        if hashlib.sha256(sealed).hexdigest() != document.sha256:
            yield f"{document.code}: torn"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gapura-kill-") as home:
        outcome = run(Path(home), options.seconds, options.seed, options.fault)
    print(f"{outcome.kills} kills, {outcome.acknowledged} acknowledged, {len(outcome.complaints)} complaints")
    for complaint in outcome.complaints[:20]:
        print(f"  {complaint}")
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
