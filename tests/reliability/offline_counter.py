"""A counter in a folder of its own, without database and network, killed while it issues; then brought back.

    python -m tests.reliability.offline_counter [--persons 8] [--seed 1] [--keep]

Every command is a process of its own, as on the day. Each paper is asked for once with a kill somewhere in it, and once
without; whatever was printed must be in the journal, and confirmed. Then planted faults: each must be noticed.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tools import measured

CLERKS = {"3171010101700010": "482913", "3171010101700011": "770155"}
SERVICE = "civil.residence-certificate"
GAPURA = Path(sys.executable).with_name("gapura")
PDF_END = b"%%EOF\n"
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"


@dataclass
class Outcome:
    """What a run did; ``lost``: printed, and in no confirmed document; ``missed``: faults that nobody noticed."""

    issued: int = 0
    confirmed: int = 0
    kills: int = 0
    lost: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


@dataclass
class Machine:
    """A home, and how commands run in it."""

    home: Path
    database: str
    before: tuple[str, ...] = ()

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        known = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_")}
        known |= {"GAPURA_HOME": str(self.home), "GAPURA_DATABASE": self.database, "GAPURA_SECRET_KEY": "a drill"}
        known |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        return subprocess.Popen(
            [*self.before, str(GAPURA), *words],
            env=known,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str) -> tuple[int, str]:
        """Exit status and output; the PINs are on standard input."""
        process = self.start(*words)
        output, _ = process.communicate("\n".join(CLERKS.values()).encode() + b"\n", timeout=120)
        return process.returncode, output.decode()

    def must(self, *words: str) -> str:
        status, output = self.run(*words)
        if status:
            raise RuntimeError(f"gapura {' '.join(words)} ended with {status}: {output}")
        return output


def run(folder: Path, persons: int, seed: int) -> Outcome:
    """The whole drill below ``folder``."""
    house = Machine(folder / "house", f"sqlite:///{folder}/house/gapura.sqlite3")
    counter = Machine(folder / "counter", NO_DATABASE, _without_network())
    pack = _prepare(house, counter, folder, persons)
    outcome = Outcome()
    printed = dict(_issue_all(counter, pack, folder, random.Random(seed), outcome))
    journal = folder / "journal.jsonl"
    counter.must("counter", "close", str(pack), *_clerks(), "--out", str(journal))
    shutil.copytree(counter.home, folder / "twin")
    outcome.missed = [
        *_faults_at_the_counter(counter, pack, folder),
        *_faults_in_the_journal(journal),
    ]
    house.must("counter", "reconcile", str(journal))
    house.must("counter", "reconcile", str(journal))
    outcome.lost += [person for person, paper in printed.items() if not _is_genuine(paper)]
    outcome.confirmed = len(printed) - len(outcome.lost)
    return outcome


def _is_genuine(paper: Path) -> bool:
    from gapura.foundation import clock
    from gapura.kernel.documents.queries import verify_file
    from gapura.kernel.documents.types import VerificationOutcome

    return verify_file(paper.read_bytes(), today=clock.today("UTC")).outcome is VerificationOutcome.GENUINE


def _without_network() -> tuple[str, ...]:
    """A network namespace with nothing in it, where the machine grants one."""
    words = ("unshare", "--user", "--map-root-user", "--net")
    usable = (
        shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    )
    return words if usable else ()


def _clerks() -> list[str]:
    issuer, witness = CLERKS
    return ["--issuer", issuer, "--witness", witness]


def _prepare(house: Machine, counter: Machine, folder: Path, persons: int) -> Path:
    """A house with people, a counter that it admitted, and a pack in the counter's hands."""
    os.environ |= {"GAPURA_HOME": str(house.home), "GAPURA_DATABASE": house.database}
    os.environ |= {"GAPURA_SECRET_KEY": "a drill", "DJANGO_SETTINGS_MODULE": "gapura.config.settings"}
    house.home.mkdir()
    counter.home.mkdir()
    import django

    django.setup()
    from tests.reliability import kill_loop

    kill_loop.prepare()
    line = house.must("counter", "house").strip()
    card, pack, people = folder / "counter.card", folder / "counter.pack", folder / "people.txt"
    officials = [word for number in CLERKS for word in ("--official", f"{number}:Petugas")]
    counter.must("counter", "init", "dukcapil/31.71/1", "--house", line, *officials, "--out", str(card))
    house.must("counter", "admit", str(card))
    people.write_text("\n".join(kill_loop.people()[:persons]))
    _declare_outage()
    wanted = ["--services", SERVICE, "--persons", str(people), "--hours", "1", "--out", str(pack)]
    house.must("counter", "pack", "--office", "dukcapil/31.71", *wanted)
    return pack


def _declare_outage() -> None:
    from gapura.foundation import clock
    from gapura.kernel.audit.types import Actor, ActorKind
    from gapura.kernel.operations.actions import declare_outage

    duty = Actor(ActorKind.OFFICIAL, "On duty", post_code="dukcapil/31.71/duty", roles=frozenset({"operations.duty"}))
    declare_outage(
        actor=duty,
        component="sign-in",
        agencies=[],
        counters=["dukcapil/31.71/1"],
        words={"id": "Latihan.", "en": "A drill.", "ko": "훈련."},
        started_at=clock.now() - timedelta(minutes=1),
        now=clock.now(),
    )


def _issue_all(
    counter: Machine, pack: Path, folder: Path, luck: random.Random, outcome: Outcome
) -> Iterator[tuple[str, Path]]:
    """Each person's paper: killed once, then asked for again. What a killed run printed must be the same."""
    usual = 3.0
    for person in (folder / "people.txt").read_text().split():
        out, first = folder / f"{person}.pdf", folder / f"{person}.first.pdf"
        words = ["counter", "issue", str(pack), *_clerks(), "--person", person, "--service", SERVICE, "--out"]
        outcome.kills += _killed(counter, [*words, str(first)], luck.uniform(0.4, 1.1) * usual)
        began = time.monotonic()
        counter.must(*words, str(out))
        usual = time.monotonic() - began
        outcome.issued += 1
        early = first.read_bytes() if first.exists() else b""
        if early.endswith(PDF_END) and early != out.read_bytes():
            outcome.lost.append(f"{person}: two different papers")
        yield person, out


def _killed(counter: Machine, words: list[str], after: float) -> bool:
    process = counter.start(*words)
    assert process.stdin is not None
    process.stdin.write("\n".join(CLERKS.values()).encode() + b"\n")
    process.stdin.close()
    time.sleep(after)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def _faults_at_the_counter(counter: Machine, pack: Path, folder: Path) -> Iterator[str]:
    """Names of those that were let through, and the control's when it was not."""
    person = (folder / "people.txt").read_text().split()[0]
    changed = folder / "changed.pack"
    changed.write_text(pack.read_text().replace("dukcapil", "imigrasi", 1))
    right = {"machine": counter, "pack": pack, "person": person, "service": SERVICE}
    faults: dict[str, dict[str, Any]] = {
        "another person": {"person": "3171014205909999"},
        "another service": {"service": "civil.family-card"},
        "another machine": {"machine": Machine(folder / "elsewhere", NO_DATABASE)},
        "a changed pack": {"pack": changed},
    }
    if shutil.which("faketime"):
        for shift in ("-1d", "+1d"):
            clock = Machine(counter.home, NO_DATABASE, ("faketime", "-f", shift))
            faults[f"the clock moved by {shift}"] = {"machine": clock}
    if not _issues(folder, **right):
        yield "the positive control: the same paper again"
    yield from (name for name, change in faults.items() if _issues(folder, **{**right, **change}))


def _issues(folder: Path, *, machine: Machine, pack: Path, person: str, service: str) -> bool:
    words = ["--person", person, "--service", service, "--out", str(folder / "never.pdf")]
    return machine.run("counter", "issue", str(pack), *_clerks(), *words)[0] == 0


def _faults_in_the_journal(journal: Path) -> Iterator[str]:
    """Those that were taken in; in this process, for a start of the house costs seconds."""
    from gapura.foundation import clock
    from gapura.kernel.audit.types import system_actor
    from gapura.kernel.operations.actions import reconcile_journal
    from gapura.kernel.operations.types import CounterRefused

    lines = journal.read_bytes().splitlines(keepends=True)
    faults = {
        "the end cut off": lines[:-1],
        "a paper taken out": [*lines[:2], *lines[3:]],
        "two papers exchanged": [lines[0], lines[2], lines[1], *lines[3:]],
        "another official named": [*lines[:1], lines[1].replace(b"3171010101700011", b"3171010101700019"), *lines[2:]],
        "half a line": [*lines[:-1], lines[-1][:-9]],
    }
    for name, changed in faults.items():
        with suppress(CounterRefused):
            reconcile_journal(actor=system_actor("drill"), content=b"".join(changed), now=clock.now())
            yield name


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gapura-counter-") as folder:
        outcome = run(Path(folder), options.persons, options.seed)
    figures: dict[str, float | int | str] = {
        "papers_issued": outcome.issued,
        "papers_confirmed": outcome.confirmed,
        "kills": outcome.kills,
        "papers_lost": len(outcome.lost),
        "faults_missed": len(outcome.missed),
    }
    print(", ".join(f"{name} {value}" for name, value in figures.items()))
    for complaint in (*outcome.lost, *outcome.missed):
        print(f"  {complaint}")
    kept = not outcome.lost and not outcome.missed and outcome.confirmed == outcome.issued
    if options.keep:
        measured.keep("offline-counter", kept=kept, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
