"""The TLS servers of a node: mutual TLS 1.3, nobody whom the revocation list names, the newest list always."""

import os
import signal
import threading
import time
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.tls import AUTHORITY, REVOKED

WATCH_SECONDS = 2.0
ENDING_SECONDS = 10  # for what old processes have begun


def serve_members(application: str, *, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the WSGI ``application`` ("module:name") to members until a signal ends it.

    When the revocation list changes, new processes take over with the new one; the old ones first answer what they
    have begun. The list's last day is the registry's own: from then on messages are refused, each with that reason.
    """
    folder = own_folder().path
    server = Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=ENDING_SECONDS,
        log_level=LogLevels.warning,
        ssl_cert=folder / "tls.crt",
        ssl_key=folder / "tls.key",
        ssl_ca=folder / AUTHORITY,
        ssl_crl=[folder / REVOKED],
        ssl_client_verify=True,
    )
    server.on_startup(lambda: threading.Thread(target=_watch, args=(folder / REVOKED,), daemon=True).start())
    server.serve()


def _watch(file: Path) -> None:
    """Ask this process for new workers whenever ``file`` was replaced."""
    seen = file.read_bytes()
    while True:
        time.sleep(WATCH_SECONDS)
        if (now := file.read_bytes()) != seen:
            seen = now
            os.kill(os.getpid(), signal.SIGHUP)
