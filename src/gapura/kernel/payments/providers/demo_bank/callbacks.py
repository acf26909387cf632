"""How the demonstration bank tells the house that something happened, well or badly."""

import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime

from gapura.kernel.payments.providers.demo_bank.bank import Behavior
from gapura.kernel.payments.providers.webhooks import sign_callback

Deliver = Callable[[dict[str, str], bytes], None]
_TRIES, _PAUSE_SECONDS = 4, 2.0


def tell(reference: str, behavior: Behavior, *, secret: str, now: datetime, deliver: Deliver) -> None:
    """Send what the bank would send after a try was paid with ``behavior``."""
    if behavior is Behavior.SILENT:
        return
    events = ["intent.opened", "payment.received", *(["payment.reversed"] if behavior is Behavior.REVERSED else [])]
    if behavior is Behavior.DISORDERED:
        events.reverse()
    for event in events:
        body = json.dumps({"event": event, "reference": reference}).encode()
        key = secrets.token_hex(32) if behavior is Behavior.FORGED else secret
        headers = sign_callback(key, secrets.token_hex(12), now, body)
        for _time in range(2 if behavior is Behavior.DOUBLED else 1):
            deliver(headers, body)


def deliver_to(address: str) -> Deliver:
    """Posts to the house in a thread, again after a pause when it does not answer; then the bank gives up."""

    def deliver(headers: dict[str, str], body: bytes) -> None:
        threading.Thread(target=_send, args=(address, headers, body), daemon=True).start()

    return deliver


def _send(address: str, headers: dict[str, str], body: bytes) -> None:
    for attempt in range(_TRIES):
        request = urllib.request.Request(  # noqa: S310 – the operator's own address, not anybody's
            address, body, {"Content-Type": "application/json", **headers}
        )
        try:
            urllib.request.urlopen(request, timeout=15).close()  # noqa: S310 – the same
            return
        except OSError:
            time.sleep(_PAUSE_SECONDS * 2**attempt)
