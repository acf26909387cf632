"""What the worker does about money: asks, sends back, ends bills, and compares yesterday with the bank."""

import logging
from datetime import timedelta

from django.conf import settings

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.outbox.plugin import job, register_periodic
from gapura.kernel.payments import actions
from gapura.kernel.payments.actions.intents import INQUIRY_JOB
from gapura.kernel.payments.models import DayEnd, PaymentIntent
from gapura.kernel.payments.plugin import list_payment_providers
from gapura.kernel.payments.types import BadStatement, BankUnavailable

_WORKER = system_actor("treasury")
_log = logging.getLogger(__name__)


@job(INQUIRY_JOB)
def inquire(reference: str) -> None:
    """After a callback. One about a try that is not ours says nothing: its money will stand on the statement."""
    if PaymentIntent.objects.filter(reference=reference).exists():
        actions.inquire_intent(actor=_WORKER, reference=reference, now=clock.now())


def inquire_due() -> int:
    return actions.inquire_due(actor=_WORKER, now=clock.now())


def send_refunds() -> int:
    return actions.send_refunds(actor=_WORKER, now=clock.now())


def send_disbursements() -> int:
    return actions.send_disbursements(actor=_WORKER, now=clock.now())


def expire_bills() -> int:
    return actions.expire_bills(actor=_WORKER, today=clock.today(settings.TIME_ZONE), now=clock.now())


def compare_yesterday() -> int:
    """Each bank's last whole day, once; returns how many were compared."""
    yesterday = clock.today(settings.TIME_ZONE) - timedelta(days=1)
    compared = 0
    for provider in list_payment_providers():
        if DayEnd.objects.filter(provider=provider.code, day=yesterday).exists():
            continue
        try:
            actions.compare_day(actor=_WORKER, provider_code=provider.code, day=yesterday, now=clock.now())
            compared += 1
        except (BankUnavailable, BadStatement) as error:
            _log.error("The day %s at %s is not compared yet: %s", yesterday, provider.code, error)
    return compared


register_periodic("payments.inquire", 5, inquire_due)
register_periodic("payments.refunds", 5, send_refunds)
register_periodic("payments.disburse", 5, send_disbursements)
register_periodic("payments.expire", 600, expire_bills)
register_periodic("payments.compare", 1800, compare_yesterday)
