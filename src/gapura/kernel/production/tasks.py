"""What the worker does about cards: it sends them to be made and asks what became of them."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.kernel.production import actions

_WORKER = system_actor("card-production")


def look_after_orders() -> int:
    return actions.look_after_orders(actor=_WORKER, now=clock.now())


def tell_of_endings() -> int:
    return actions.tell_of_endings(actor=_WORKER, now=clock.now())


def send_stops() -> int:
    return actions.send_stops(actor=_WORKER, now=clock.now())


register_periodic("production.look_after", 5, look_after_orders)
register_periodic("production.tell_of_endings", 3600, tell_of_endings)
register_periodic("production.stop", 30, send_stops)
