"""A process that has the house loaded and forks for each command: loading alone takes seconds of a processor.

Reads orders from its input, one line of JSON each, and answers each with the command's exit status.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import traceback
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]


class Warm:
    """The processes of one home. Commands run in the order they are asked for, each in a fork of its own."""

    def __init__(self, environment: Mapping[str, str], within: Sequence[str] = ()) -> None:
        self.environment = dict(environment)
        self._process = subprocess.Popen(
            [*within, sys.executable, "-m", __name__],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.end = weakref.finalize(self, _end, self._process)

    def run(self, *, command: Sequence[str] = (), script: str = "") -> subprocess.CompletedProcess[str]:
        """A management command, or a script that finds Django set up; its outcome is the caller's to judge."""
        stdin, stdout = _pipes(self._process)
        with tempfile.NamedTemporaryFile("w+") as said, tempfile.NamedTemporaryFile("w+") as complained:
            order = {"command": command, "script": script, "said": said.name, "complained": complained.name}
            stdin.write(json.dumps(order) + "\n")
            stdin.flush()
            status = int(stdout.readline())
            return subprocess.CompletedProcess(command or [script], status, said.read(), complained.read())


def _end(process: subprocess.Popen[str]) -> None:
    for pipe in _pipes(process):
        pipe.close()
    process.wait()


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def _carry_out(order: Mapping[str, str]) -> int:
    from django.core.management import execute_from_command_line

    try:
        if order["command"]:
            execute_from_command_line(["django", *order["command"]])
        else:
            exec(compile(order["script"], "<script>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    import django
    from django.db import connections

    django.setup()
    connections.close_all()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        if (child := os.fork()) == 0:
            for stream, name in ((1, "said"), (2, "complained")):
                os.dup2(os.open(order[name], os.O_WRONLY), stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            sys.exit(_carry_out(order))  # as any process: with what it does at its end
        _, ended = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(ended), flush=True)


if __name__ == "__main__":
    main()
