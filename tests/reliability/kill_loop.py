"""Kill the house at random while people apply, and count what they were promised.

    python -m tests.reliability.kill_loop --seconds 3600 --seed 7 [--postgresql] [--fault FAULT]

One process applies with idempotency keys, pays where a fee is due and notes each answer in a file (its page cache
survives a kill), one delivers the outbox; a third kills one of them, one connection of a PostgreSQL or its whole server
whenever some work was done. Afterwards everything unanswered is asked again and the oracle counts: one case a key, one
valid document a case, one charge a bill in the bank's own books, no promise lost. ``--fault`` plants a mistake; the
oracle must then object, or the loop proves nothing.
"""

import argparse
import contextlib
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
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from tests.reliability import paying
from tools import fresh_house, measured, postgres

T = TypeVar("T")

FAULTS = ("key-ignored", "case-forgotten", "document-before-decision", paying.FAULT)
PEOPLE = 40
SERVICE = "civil.never-married"
OBJECTED = 3  # the exit status of a run with complaints; a run that breaks down ends with 1
LINE = len("key-000000 ABCDEFGHJKMN\n")


@dataclass
class Outcome:
    """What a run did, and what the oracle objects to."""

    kills: int = 0
    acknowledged: int = 0
    complaints: list[str] = field(default_factory=list)


def run(
    home: Path, seconds: float, seed: int, fault: str | None = None, server: Path | None = None, kills: int = 0
) -> Outcome:
    """Run the loop in ``home``, on SQLite or on the PostgreSQL that runs in the folder ``server``.

    It ends after ``seconds``, but where so few were ``kills`` by then, not before that many."""
    os.environ |= {"GAPURA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "gapura.config.settings"}
    os.environ["GAPURA_RATE_LIMITS"] = "0"  # one address plays everybody
    if server:
        os.environ["GAPURA_DATABASE"] = postgres.start(server, durable=True)
    import django

    django.setup()
    prepare()
    _plant(fault)
    with paying.open_bank(home):
        return _run_killing(home, seconds, seed, server, kills)


def _run_killing(home: Path, seconds: float, seed: int, server: Path | None, kills: int) -> Outcome:
    luck, outcome = random.Random(seed), Outcome()
    acknowledged = home / "acknowledged"
    acknowledged.touch()
    roles: list[Callable[[], None]] = [lambda: apply_for_ever(acknowledged), _work_for_ever]
    children = {_fork(role): role for role in roles}
    ends_at = time.monotonic() + seconds
    try:
        while time.monotonic() < ends_at or outcome.kills < kills:
            _wait_for_work(acknowledged, luck)
            victim = luck.choice([*sorted(children), *([0] if server else [])])
            if server and victim == 0:
                _kill_database(server, luck)
            else:
                _kill(victim)
                role = children.pop(victim)
                children[_fork(role)] = role
            outcome.kills += 1
    finally:
        for child in children:
            _kill(child)
    _through_outages(lambda: judge(acknowledged, outcome))
    outcome.complaints += _through_outages(lambda: list(paying.list_complaints(home)))
    return outcome


def prepare() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections

    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.catalogue.actions import adopt_declared_agreements
    from gapura.sectors.civil.testing import make_person, make_residence

    if connection.vendor == "sqlite":
        fresh_house.furnish(settings.GAPURA_HOME)
    call_command("migrate", verbosity=0)
    call_command("pki_init", verbosity=0)
    adopt_declared_agreements(actor=system_actor("kill-loop"))
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
        _plant_ignored_key(applications)
    elif fault == "case-forgotten":
        applications.PATIENCE = timedelta(days=3650)
    elif fault == paying.FAULT:
        paying.plant_fresh_key()
    elif fault == "document-before-decision":
        _plant_early_document(checks)


def _plant_ignored_key(applications: ModuleType) -> None:
    """Every application is a new one, whatever its key."""
    from gapura.foundation.codes import new_code

    receive = applications._receive

    def forget_key(actor, service, case, now):  # type: ignore[no-untyped-def]
        case.idempotency_key = os.urandom(8).hex()
        return receive(actor, service, case, now)

    applications._find_earlier = lambda *_: None
    applications.get_number_to_be = lambda *_: new_code(11)
    applications._receive = forget_key


def _plant_early_document(checks: ModuleType) -> None:
    """The document exists a moment before the decision, in a transaction of its own."""
    from gapura.kernel.cases.actions import fulfilment

    record, conclude = fulfilment.record_document, checks._conclude

    def record_first(actor, case, service, findings, sealed):  # type: ignore[no-untyped-def]
        record(actor=actor, sealed=sealed, now=sealed.signed_at)
        time.sleep(0.5)  # most of a request, so that most kills fall into it
        return conclude(actor, case, service, findings, sealed)

    fulfilment.record_document = lambda **_: None
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
    size = before = acknowledged.stat().st_size
    enough, began = before + luck.randint(1, 3) * LINE, time.monotonic()
    answered_at, took = began, 0.1
    while size < enough:
        now = time.monotonic()
        if now - began > (60 if size == before else 10):  # a new process first has to warm up
            break
        if (grown := acknowledged.stat().st_size) > size:
            size, answered_at, took = grown, now, now - answered_at
        time.sleep(0.005)
    time.sleep(luck.uniform(0, took))


def _kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _kill_database(server: Path, luck: random.Random) -> None:
    """One of its processes, which makes it start over; or all of them, as a power cut without the disk's part."""
    leader = int((server / "data" / "postmaster.pid").read_text().split()[0])
    members = [int(pid) for pid in Path(f"/proc/{leader}/task/{leader}/children").read_text().split()]
    everything = luck.random() < 0.5
    for pid in [leader, *members] if everything else [luck.choice(members)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if everything:
        while Path(f"/proc/{leader}").exists():
            time.sleep(0.01)
        postgres.start(server, durable=True)


def _through_outages(action: Callable[[], T]) -> T:
    """What ``action`` gives, tried again for as long as the database is away."""
    from django.db import InterfaceError, OperationalError, connections

    while True:
        try:
            return action()
        except (OperationalError, InterfaceError):
            connections.close_all()
            time.sleep(0.05)


def apply_for_ever(acknowledged: Path) -> None:
    answered = {line.split()[0] for line in acknowledged.read_text().splitlines()}
    with acknowledged.open("a", buffering=1) as promises:
        for key, person in _plan():
            if key not in answered:
                number = _through_outages(partial(_apply, key, person))
                promises.write(f"{key} {number}\n")


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
        service_code=paying.SERVICE if paying.is_paid(key) else SERVICE,
        subject=person,
        relation="self",
        answers={},
        language="id",
        idempotency_key=key,
        now=clock.now(),
    )
    paying.pay(case.number, person, clock.now())
    return case.number


def _work_for_ever() -> None:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.cases.actions import finish_waiting_cases
    from gapura.kernel.outbox.actions import deliver_pending

    while True:
        _through_outages(lambda: deliver_pending(limit=50, lease=timedelta(seconds=2)))
        _through_outages(lambda: finish_waiting_cases(actor=system_actor("kill-loop"), now=clock.now()))
        _through_outages(lambda: paying.work(clock.now()))
        time.sleep(0.05)


def judge(acknowledged: Path, outcome: Outcome) -> None:
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
    """Three generous minutes of a healthy worker; what is unfinished then stays unfinished."""
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.cases.actions import finish_waiting_cases
    from gapura.kernel.outbox.actions import deliver_pending

    for minute in (1, 2, 3):
        paying.pay_what_is_asked(clock.now())
        paying.work(clock.now() + timedelta(minutes=minute))
        deliver_pending(lease=timedelta(seconds=2))
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
    parser.add_argument("--kills", type=int, default=0, help="go on beyond the seconds until there were so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fault", choices=FAULTS)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own, killed like the rest")
    options = parser.parse_args()
    with ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="gapura-kill-")))
        folder.chmod(0o755)  # the database's own user must reach its part
        server = folder / "pg" if options.postgresql else None
        if server:
            at_end.callback(postgres.stop, server)
        outcome = run(folder, options.seconds, options.seed, options.fault, server, options.kills)
    print(f"{outcome.kills} kills, {outcome.acknowledged} acknowledged, {len(outcome.complaints)} complaints")
    for complaint in outcome.complaints[:20]:
        print(f"  {complaint}")
    if options.keep:
        figures = {"kills": outcome.kills, "acknowledged": outcome.acknowledged, "complaints": len(outcome.complaints)}
        measured.keep("kill-loop", kept=not outcome.complaints, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return OBJECTED if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
