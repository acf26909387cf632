"""Stopping an account at once, by its owner."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.actions.accounts import end_every_session
from gapura.kernel.identity.events import AccountStopped
from gapura.kernel.identity.models import Account, CounterVisit, IdentityProof
from gapura.kernel.outbox.actions import publish


def stop_account(*, actor: Actor, account_id: int, way: str, now: datetime) -> bool:
    """End every session and let nothing sign in until a counter opens the account again. False: it was closed already.

    A code that a counter gave out is worth nothing either. Publishes AccountStopped.
    """
    with transaction.atomic():
        open_now = Account.objects.filter(pk=account_id, is_active=True)
        if not open_now.update(is_active=False, stopped_at=now, stops=F("stops") + 1, authority=F("authority") + 1):
            return False
        end_every_session(account_id)
        owner = IdentityProof.objects.filter(account_id=account_id, ended_at__isnull=True)
        CounterVisit.objects.filter(
            person_number__in=owner.values("person_number"), used_at__isnull=True, code_until__gt=now
        ).update(code_until=now)
        record_event(
            actor=actor, action="identity.account_stopped", object_ref=f"account:{account_id}", detail={"way": way}
        )
        publish(AccountStopped(account_id=account_id, way=way))
    return True
