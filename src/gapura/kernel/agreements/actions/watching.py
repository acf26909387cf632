"""What the worker does for agreements: remind before they end, note that they ended, count how much is asked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from gapura.foundation.clock import local_day
from gapura.kernel.agreements.actions.steps import record_step
from gapura.kernel.agreements.events import AgreementEndsSoon
from gapura.kernel.agreements.models import AgreementStep, AgreementUse, UseCounter
from gapura.kernel.agreements.queries import AgreementView, list_register
from gapura.kernel.agreements.types import Standing
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.exchange.queries import count_new_accesses
from gapura.kernel.outbox.actions import publish

# Entries get their number before they are committed; by then those with a lower one are there too.
SETTLING = timedelta(minutes=10)


def watch_terms(*, actor: Actor, now: datetime) -> int:
    """Write into the history what ends soon and what has ended, once each; returns how many lines.

    Publishes AgreementEndsSoon.
    """
    today = local_day(now, settings.TIME_ZONE)
    soon = today + timedelta(days=get_limit("agreement_reminder_days"))
    ending = [
        view
        for view in list_register(on=today)
        if view.standing != Standing.GIVEN_UP
        and view.agreement.valid_until is not None
        and view.agreement.valid_until <= soon
    ]
    codes = [view.agreement.code for view in ending]
    noted = set(AgreementStep.objects.filter(number__in=codes).values_list("number", "action"))
    written = 0
    for view in ending:
        action = "expire" if view.standing == Standing.EXPIRED else "remind"
        if (view.agreement.code, action) not in noted:
            _note(actor, view, action, now)
            written += 1
    return written


def count_use(*, actor: Actor, now: datetime) -> int:
    """Count what the exchange logged since the last time; returns how many entries further the counter stands."""
    with transaction.atomic():
        UseCounter.objects.get_or_create(pk=1)
        counter = UseCounter.objects.select_for_update().get(pk=1)
        last, rows = count_new_accesses(counter.counted_until, until=now - SETTLING)
        for row in rows:
            asked, refused = row.pop("asked"), row.pop("refused")
            use, _ = AgreementUse.objects.get_or_create(**row)
            AgreementUse.objects.filter(pk=use.pk).update(asked=F("asked") + asked, refused=F("refused") + refused)
        further, counter.counted_until = last - counter.counted_until, last
        counter.save()
        if rows:
            record_event(actor=actor, action="agreements.use_counted", detail={"until": last})
    return further


def _note(actor: Actor, view: AgreementView, action: str, now: datetime) -> None:
    code, parties = view.agreement.code, view.parties
    with transaction.atomic():
        record_step(actor, code, parties, action, side=None, now=now)
        if action == "remind":
            publish(AgreementEndsSoon(code=code, consumer=parties.consumer, holder=parties.holder))
