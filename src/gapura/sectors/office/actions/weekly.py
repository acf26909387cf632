"""Weekly reports: assembled from what is recorded, worded by people, approved by who leads the unit."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.approvals.queries import list_ranks
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import get_unit, list_posts_of_unit
from gapura.kernel.identity.types import AccessDenied, UnknownUnit
from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.actions.finding import index_soon
from gapura.sectors.office.models import WeeklyReport
from gapura.sectors.office.queries.documents import own_units
from gapura.sectors.office.queries.weekly import access_weekly_report, as_words, assemble_week
from gapura.sectors.office.queries.work import label_of, leads, order_of
from gapura.sectors.office.types import CannotReport, WeeklyState
from gapura.sectors.office.work import get_work_rules

WEEKLY = "office.weekly"


def prepare_weekly_report(*, actor: Actor, unit_code: str, monday: date, now: datetime) -> WeeklyReport:
    """The unit's report of the week, begun from its records; the one there is, where somebody began it.

    Raises AccessDenied for a unit that is not one's own and not led; CannotReport for a week that is not begun.
    """
    if actor.kind is not ActorKind.OFFICIAL or not (unit_code in own_units(actor) or leads(actor, unit_code)):
        raise AccessDenied
    _check_week(unit_code, monday, now)
    with transaction.atomic():
        found = WeeklyReport.objects.filter(unit_code=unit_code, monday=monday).first()
        if found is not None:
            return found
        records = assemble_week(actor, unit_code, monday)
        report, is_new = WeeklyReport.objects.get_or_create(
            unit_code=unit_code,
            monday=monday,
            defaults={
                "code": new_code(11),
                "agency_code": actor.agency_code or "",
                "records": records,
                "assembled_at": now,
                "body": as_words(records),
                "prepared_by_label": actor.label,
                "prepared_by_person": actor.person_number or "",
            },
        )
        if is_new:
            index_soon(report)
            _record(actor, "prepared", report)
    return report


def save_weekly_report(*, actor: Actor, code: str, revision: int, body: str, now: datetime) -> WeeklyReport:
    """Keep the words. Raises AccessDenied; CannotReport when somebody else saved meanwhile: nothing is overwritten."""
    with transaction.atomic():
        report = _lock(actor, code, revision)
        longest = get_work_rules().longest_text
        if not body.strip() or len(body) > longest:
            raise CannotReport(_("A report has up to %(most)s characters. Shorten it.") % {"most": longest})
        _save(report, body=body)
        _record(actor, "saved", report)
    return report


def assemble_again(*, actor: Actor, code: str, revision: int, now: datetime) -> WeeklyReport:
    """Read the records once more. The words that people wrote stay as they are. Raises AccessDenied, CannotReport."""
    with transaction.atomic():
        report = _lock(actor, code, revision)
        _save(report, records=assemble_week(actor, report.unit_code, report.monday), assembled_at=now)
        _record(actor, "assembled", report)
    return report


def submit_weekly_report(*, actor: Actor, code: str, revision: int, now: datetime) -> WeeklyReport:
    """Show it to who leads the unit; it waits in their basket. Raises AccessDenied, CannotReport."""
    with transaction.atomic():
        report = _lock(actor, code, revision)
        _save(report, state=WeeklyState.SUBMITTED, note="")
        for head in _heads_of(report):
            open_work(
                kind=WEEKLY,
                object_ref=f"weekly:{code}",
                holder=Holder.post(report.agency_code, head),
                title=f"{label_of_unit(report.unit_code)} · {report.monday.isoformat()}",
                path=reverse("office:weekly-report", args=[code]),
                sender=actor.label,
                now=now,
            )
        _record(actor, "submitted", report)
    return report


def decide_weekly_report(
    *, actor: Actor, code: str, revision: int, approved: bool, note: str = "", now: datetime
) -> WeeklyReport:
    """Who leads the unit approves it, and it never changes again, or sends it back with a reason.

    Raises AccessDenied; CannotReport when it is not submitted, has changed, or a reason is missing.
    """
    access_weekly_report(actor, code)
    with transaction.atomic():
        report = WeeklyReport.objects.select_for_update().get(code=code)
        if not leads(actor, report.unit_code):
            raise AccessDenied
        if report.state != WeeklyState.SUBMITTED or report.revision != revision:
            raise CannotReport(_("The report has changed, or somebody has decided. Look at it again."))
        if not approved and not note.strip():
            raise CannotReport(_("Say what is to be changed."))
        close_work(kind=WEEKLY, object_ref=f"weekly:{code}", now=now)
        if approved:
            _save(
                report,
                state=WeeklyState.APPROVED,
                approved_at=now,
                approved_by_label=actor.label,
                approved_by_person=actor.person_number or "",
                note=note.strip()[:500],
            )
        else:
            _save(report, state=WeeklyState.DRAFT, note=note.strip()[:500])
        _record(actor, "approved" if approved else "sent_back", report)
    return report


def label_of_unit(code: str) -> str:
    """The unit's title in the house's first language, as it is written into records."""
    return label_of(get_unit(code))


def _check_week(unit_code: str, monday: date, now: datetime) -> None:
    if monday.weekday() != 0 or monday > local_day(now, settings.TIME_ZONE):
        raise CannotReport(_("A week begins on a Monday, and its report not before. Choose such a day."))
    try:
        unit = get_unit(unit_code)
    except UnknownUnit as error:
        raise AccessDenied from error
    if unit.ended_on is not None and unit.ended_on < monday - timedelta(days=7):
        raise CannotReport(_("The unit has ended. Its work stands in the report of the unit that took it over."))


def _heads_of(report: WeeklyReport) -> list[str]:
    """The highest leading posts of the unit itself."""
    ranks = list_ranks()
    heads = [one for one in list_posts_of_unit(report.unit_code) if one.rank in ranks and ranks[one.rank].leads]
    highest = min((order_of(one) for one in heads), default=0)
    return sorted(one.code for one in heads if order_of(one) == highest)


def _lock(actor: Actor, code: str, revision: int) -> WeeklyReport:
    access_weekly_report(actor, code)
    report = WeeklyReport.objects.select_for_update().get(code=code)
    if report.state != WeeklyState.DRAFT:
        raise CannotReport(_("The report is submitted. Who leads the unit sends it back where it must change."))
    if report.revision != revision:
        raise CannotReport(_("Somebody saved the report meanwhile. Copy your words, look again, and enter them."))
    return report


def _save(report: WeeklyReport, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(report, name, value)
    report.revision += 1
    report.save()
    index_soon(report)


def _record(actor: Actor, what: str, report: WeeklyReport) -> None:
    record_event(
        actor=actor,
        action=f"office.weekly_{what}",
        object_ref=f"weekly:{report.code}",
        detail={"unit": report.unit_code, "week": report.monday.isoformat()},
    )
