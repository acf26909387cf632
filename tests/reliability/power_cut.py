"""Cut the power while people apply, and count what they were promised: ``python -m tests.reliability.power_cut``.

The house's home lies on a disk that forgets what was not synced; promises are noted on another disk. ``--careless``
lets SQLite skip its syncs: the oracle must then object.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.reliability import kill_loop
from tests.reliability.volatile_disk import volatile
from tools import measured
from tools.fresh_house import SHELF

PATIENCE = 60


@dataclass
class Outcome:
    """How often the power went, what had been acknowledged, and what the oracle objects to."""

    cuts: int = 0
    acknowledged: int = 0
    complaints: list[str] = field(default_factory=list)


def run(folder: Path, cuts: int, seed: int, *, careless: bool = False) -> Outcome:
    """Cut the power so often; each life begins with what the last one left on the disk."""
    luck, outcome, promises = random.Random(seed), Outcome(), folder / "acknowledged"
    promises.touch()
    home = folder / "home"
    home.mkdir()
    _call("prepare", home, promises).wait()
    for life in range(cuts):
        survivors = folder / f"survivors-{life}"
        with volatile(home, folder / f"disk-{life}", survivors) as cut:
            people = _call("apply", folder / f"disk-{life}", promises, careless=careless)
            _wait_for_promises(promises, luck.randint(3, 8), people)
            time.sleep(luck.uniform(0, 0.2))
            cut()
            people.kill()
            people.communicate()
        home, outcome.cuts = survivors, outcome.cuts + 1
    outcome.acknowledged = len(promises.read_text().splitlines())
    outcome.complaints = list_complaints(home, promises)
    return outcome


def list_complaints(home: Path, promises: Path) -> list[str]:
    """What the oracle says; an oracle that dies without a verdict must not read as one that is content."""
    judge = _call("judge", home, promises, stdout=subprocess.PIPE)
    said, _ = judge.communicate()
    died = [f"The house cannot be judged: exit status {judge.returncode}"] if judge.returncode else []
    return [*said.splitlines(), *died]


def _wait_for_promises(promises: Path, more: int, people: "subprocess.Popen[str]") -> None:
    enough, deadline = promises.stat().st_size + more * kill_loop.LINE, time.monotonic() + PATIENCE
    while promises.stat().st_size < enough:
        if people.poll() is not None or time.monotonic() > deadline:
            return  # a house that does not come up again is for the oracle to see
        time.sleep(0.01)


def _call(
    verb: str, home: Path, promises: Path, *, careless: bool = False, stdout: int | None = None
) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GAPURA_") or name == SHELF}
    environment = kept | {
        "GAPURA_HOME": str(home),
        "GAPURA_SECRET_KEY": "the key of a power cut",
        "GAPURA_RATE_LIMITS": "0",
        "DJANGO_SETTINGS_MODULE": "gapura.config.settings",
        "PYTHONPATH": ":".join(filter(None, sys.path)),
    }
    command = [sys.executable, "-m", "tests.reliability.power_cut", verb, "--promises", str(promises)]
    command += ["--careless"] * careless
    # What dies in the dark complains; only the judge is worth reading.
    quiet = subprocess.DEVNULL if verb == "apply" else None
    return subprocess.Popen(command, env=environment, stdout=stdout, stderr=quiet, text=True)


def _live(verb: str, promises: Path, *, careless: bool) -> None:
    """One verb in a process whose home is what the environment says."""
    import django
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    if careless:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    django.setup()
    if verb == "prepare":
        kill_loop.prepare()
    elif verb == "apply":
        kill_loop.apply_for_ever(promises)
    else:
        outcome = kill_loop.Outcome()
        kill_loop.judge(promises, outcome)
        for complaint in outcome.complaints:
            print(complaint)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", nargs="?", choices=("run", "prepare", "apply", "judge"), default="run")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--promises", type=Path)
    parser.add_argument("--keep", action="store_true", help="keep the figures as the promise's last measurement")
    parser.add_argument("--careless", action="store_true")
    options = parser.parse_args()
    if options.verb != "run":
        _live(options.verb, options.promises, careless=options.careless)
        return 0
    with tempfile.TemporaryDirectory(prefix="gapura-power-") as folder:
        outcome = run(Path(folder), options.cuts, options.seed, careless=options.careless)
    print(f"{outcome.cuts} cuts, {outcome.acknowledged} acknowledged, {len(outcome.complaints)} complaints")
    for complaint in outcome.complaints[:20]:
        print(f"  {complaint}")
    if options.keep:
        figures = {"cuts": outcome.cuts, "acknowledged": outcome.acknowledged, "complaints": len(outcome.complaints)}
        measured.keep("power-cut", kept=not outcome.complaints, figures=figures, command=" ".join(sys.orig_argv[1:]))
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
