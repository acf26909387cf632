"""For tests: other processes on the same database, and how to kill them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from gapura.kernel.outbox.models import Job as Job
from gapura.kernel.outbox.models import OutboxEvent as OutboxEvent


def database_address() -> str:
    """The database of this test as ``GAPURA_DATABASE`` takes it, for another process."""
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    return f"postgresql://{wanted['USER']}@/{wanted['NAME']}?host={wanted['HOST']}"


@contextmanager
def running(*command: str, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """``python COMMAND`` on this test's database; killed with all its children when the block ends.

    Its output is ``process.stdout``, by line; a test waits for a line instead of sleeping.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "GAPURA_DATABASE": database_address(), **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)
        if process.stdout:
            process.stdout.close()


def kill(process: "subprocess.Popen[str]") -> None:
    """SIGKILL to the process and its children: no goodbye, no clean-up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
