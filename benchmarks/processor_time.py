"""Processor time of processes and of those they started: what a busy machine cannot falsify as it does the clock."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM = 11, 12, 13, 14  # of /proc/PID/stat, counted after the name


def seconds_of_tree(pid: int) -> float:
    """User and system seconds of the process, its children that run, and those that ended and were waited for."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except FileNotFoundError:
        return 0.0
    own = sum(int(fields[number]) for number in (_USER, _SYSTEM, _ENDED_USER, _ENDED_SYSTEM))
    return own / _TICKS + sum(seconds_of_tree(int(child)) for child in children)


def server_of(address: str) -> int | None:
    """The process of the PostgreSQL whose socket lies in the folder that ``address`` names; None for SQLite."""
    folder = address.partition("?host=")[2]
    return int(Path(folder, "data", "postmaster.pid").read_text().split()[0]) if folder else None
