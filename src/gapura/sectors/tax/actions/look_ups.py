"""An officer opens a taxpayer's account: with a reason, counted, logged, seen by the taxpayer."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.models import TaxLookUp
from gapura.sectors.tax.permissions import has_power
from gapura.sectors.tax.queries.ledger import find_account
from gapura.sectors.tax.types import OFFICER, SUPERVISOR, CannotCollect


def open_look_up(*, actor: Actor, taxpayer: str, reason: str, now: datetime) -> TaxLookUp:
    """Kept also when there is no such account (``taxpayer`` is empty then).

    Raises AccessDenied without the power; CannotCollect without a reason, for one's own account, or beyond the ceiling.
    """
    if not has_power(actor, OFFICER, SUPERVISOR):
        raise AccessDenied
    if not reason.strip():
        raise CannotCollect(_("Say in a sentence why you open the account; the taxpayer reads it."))
    account = find_account(taxpayer.strip())
    if taxpayer.strip() == actor.person_number or (account and account.responsible == actor.person_number):
        raise CannotCollect(_("This is your own account; look at it in the portal like everybody."))
    with transaction.atomic():
        _check_ceiling(actor, now)
        look_up = TaxLookUp.objects.create(
            number=new_code(15),
            taxpayer=account.taxpayer if account else "",
            responsible=account.responsible if account else "",
            official=actor.reference,
            agency_code=actor.agency_code or "",
            reason=reason.strip()[:300],
            opened_at=now,
        )
        record_event(
            actor=actor,
            action="tax.look_up",
            subject=look_up.responsible or None,
            object_ref=f"tax-look-up:{look_up.number}",
            detail={"reason": look_up.reason},
        )
    return look_up


def _check_ceiling(actor: Actor, now: datetime) -> None:
    midnight = datetime.combine(local_day(now, settings.TIME_ZONE), time(), ZoneInfo(settings.TIME_ZONE))
    opened = TaxLookUp.objects.filter(official=actor.reference, opened_at__gte=midnight).count()
    if opened >= get_limit("register_lookups_per_day"):
        raise CannotCollect(
            _("You have reached today's limit of look-ups. Your supervisor can see them and work with you.")
        )
