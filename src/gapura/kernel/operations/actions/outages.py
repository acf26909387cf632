"""Outages: declared and ended by the official on duty; deadlines follow by themselves; the cause is owed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.texts import Text
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.actions import extend_for_outage
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.operations.components import list_components
from gapura.kernel.operations.events import OutageDeclared, OutageEnded
from gapura.kernel.operations.models import Outage, OutageExtension
from gapura.kernel.operations.permissions import can_declare_outage
from gapura.kernel.operations.rules import days_not_given_back
from gapura.kernel.operations.types import CannotDeclareOutage, OutageStatus
from gapura.kernel.outbox.actions import publish

LONGEST_BACK = timedelta(days=30)


def declare_outage(
    *,
    actor: Actor,
    component: str,
    agencies: Sequence[str],
    words: Text,
    started_at: datetime,
    now: datetime,
    counters: Sequence[str] = (),
) -> Outage:
    """Tell the public that a component is out of order since ``started_at``. Publishes OutageDeclared.

    ``agencies`` are those whose deadlines it touches, ``counters`` may issue from their packs while it lasts. Raises
    CannotDeclareOutage.
    """
    _require_duty(actor)
    if component not in {known.code for known in list_components()}:
        raise CannotDeclareOutage(_("There is no such part of the house. Choose one from the list."))
    if not now - LONGEST_BACK <= started_at <= now:
        raise CannotDeclareOutage(_("The beginning must lie in the last 30 days and not in the future."))
    try:
        with transaction.atomic():
            outage = Outage.objects.create(
                component=component,
                agencies=sorted(set(agencies)),
                words=dict(words),
                counters=sorted(set(counters)),
                started_at=started_at,
                declared_by=actor.reference,
            )
            _record(actor, "operations.outage_declared", outage)
            publish(OutageDeclared(outage_id=outage.pk, component=component))
    except IntegrityError as error:
        raise CannotDeclareOutage(_("An outage of this part is declared already. End that one first.")) from error
    return outage


def end_outage(*, actor: Actor, outage_id: int, ended_at: datetime, now: datetime) -> Outage:
    """Declare normal service from ``ended_at`` on, and give every touched case its days back.

    Also to cases opened meanwhile, and no day twice, however outages overlap. Publishes OutageEnded. Raises
    CannotDeclareOutage.
    """
    _require_duty(actor)
    with transaction.atomic():
        # Every open outage, in one order: two that end at once must see each other's days.
        list(Outage.objects.select_for_update().filter(status=OutageStatus.OPEN).order_by("pk"))
        outage = _locked(outage_id, OutageStatus.OPEN)
        if not outage.started_at <= ended_at <= now:
            raise CannotDeclareOutage(_("The end must lie after the beginning and not in the future."))
        today = local_day(now, settings.TIME_ZONE)
        outage.ended_at, outage.status = ended_at, OutageStatus.ENDED
        outage.report_due_on = get_working_calendar().add_working_days(today, get_limit("outage_report_working_days"))
        outage.extended_cases = sum(_give_days_back(actor, outage, agency, now) for agency in outage.agencies)
        outage.save(update_fields=["ended_at", "status", "report_due_on", "extended_cases"])
        _record(actor, "operations.outage_ended", outage)
        publish(OutageEnded(outage_id=outage.pk, component=outage.component, extended_cases=outage.extended_cases))
    return outage


def report_cause(*, actor: Actor, outage_id: int, cause: str, prevention: str, now: datetime) -> Outage:
    """Write for the public what caused an ended outage and what prevents the next. Raises CannotDeclareOutage."""
    _require_duty(actor)
    if not cause.strip() or not prevention.strip():
        raise CannotDeclareOutage(_("Say what the cause was and what prevents it from now on."))
    with transaction.atomic():
        outage = _locked(outage_id, OutageStatus.ENDED)
        outage.cause, outage.prevention = cause.strip(), prevention.strip()
        outage.status, outage.closed_at = OutageStatus.CLOSED, now
        outage.save(update_fields=["cause", "prevention", "status", "closed_at"])
        _record(actor, "operations.outage_reported", outage)
    return outage


def _give_days_back(actor: Actor, outage: Outage, agency_code: str, now: datetime) -> int:
    """How many cases were extended. The day on which service returned counts as lost when it began before."""
    if outage.ended_at is None:
        return 0
    first = local_day(outage.started_at, settings.TIME_ZONE)
    until = local_day(outage.ended_at, settings.TIME_ZONE) + timedelta(days=1)
    earlier = OutageExtension.objects.filter(agency_code=agency_code, day_until__gt=first)
    given = list(earlier.order_by("day_from").values_list("day_from", "day_until"))
    OutageExtension.objects.create(outage=outage, agency_code=agency_code, day_from=first, day_until=until)
    return max(
        (
            extend_for_outage(
                actor=actor,
                agency_code=agency_code,
                outage_from=since,
                outage_until=day,
                reason=outage.component,
                now=now,
            )
            for since, day in days_not_given_back((first, until), given)
        ),
        default=0,
    )


def _require_duty(actor: Actor) -> None:
    if not can_declare_outage(actor):
        raise CannotDeclareOutage(_("Only the official on duty for operations may do this."))


def _locked(outage_id: int, status: OutageStatus) -> Outage:
    outage = Outage.objects.select_for_update().filter(pk=outage_id, status=status).first()
    if outage is None:
        raise CannotDeclareOutage(_("The outage has moved on; look at the list again."))
    return outage


def _record(actor: Actor, action: str, outage: Outage) -> None:
    record_event(
        actor=actor,
        action=action,
        object_ref=f"outage:{outage.pk}",
        detail={
            "component": outage.component,
            "agencies": outage.agencies,
            "from": outage.started_at,
            "until": outage.ended_at,
            "cases": outage.extended_cases,
        },
    )
