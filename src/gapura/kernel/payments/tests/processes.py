"""Several processes that pay the same bill at the same moment, and one that dies in the middle."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

from django.db import OperationalError, connections


def at_once(*works: Callable[[], object], kill_after: float | None = None) -> list[int]:
    """Exit statuses of processes that do ``works`` from one moment on; the first may be killed after some seconds."""
    connections.close_all()
    begin = time.time() + 0.3
    children = [_fork(work, begin) for work in works]
    if kill_after is not None:
        time.sleep(max(0, begin - time.time()) + kill_after)
        os.kill(children[0], signal.SIGKILL)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _fork(work: Callable[[], object], begin: float) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        time.sleep(max(0, begin - time.time()))
        patiently(work)
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    connections.close_all()
    os._exit(status)


def patiently(work: Callable[[], object]) -> None:
    """Again while the other process holds a lock longer than SQLite waits."""
    for attempt in range(20):
        try:
            work()
            return
        except OperationalError:
            time.sleep(0.05 * (attempt + 1))
    raise TimeoutError("The database was locked for too long.")
