"""What the clock does to deliveries."""

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import register_periodic
from gapura.kernel.wallet import actions

_WORKER = system_actor("wallet")


def expire_deliveries() -> int:
    return actions.expire_deliveries(actor=_WORKER, now=clock.now())


register_periodic("wallet.expire", 600, expire_deliveries)
