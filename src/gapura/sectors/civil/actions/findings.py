"""Looking through look-ups for what has to be explained; the official answers, the supervisor closes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.audit.actions import record_event, record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.cases.queries import list_decided
from gapura.kernel.catalogue.queries import get_limit, get_working_calendar
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.outbox.actions import publish
from gapura.sectors.civil.events import LookUpFindingClosed, LookUpsConspicuous
from gapura.sectors.civil.models import LookUp, LookUpFinding
from gapura.sectors.civil.permissions import can_answer_finding, can_supervise_finding
from gapura.sectors.civil.queries.findings import access_finding, get_circles
from gapura.sectors.civil.queries.look_ups import get_outlier_rules, list_look_up_grounds
from gapura.sectors.civil.rules import circle_outliers, is_near_ceiling, leads_nowhere, time_outliers
from gapura.sectors.civil.types import CannotChangeFinding, Circle, Outlier, Verdict

_NOBODY = Circle("")


def examine_look_ups(*, actor: Actor, now: datetime, at_once: int = 500) -> int:
    """Go through look-ups nobody examined yet, oldest first; returns how many. Queries do not grow with them.

    Publishes LookUpsConspicuous.
    """
    with transaction.atomic():
        waiting = LookUp.objects.select_for_update().filter(examined_at__isnull=True)
        look_ups = list(waiting.order_by("opened_at", "pk")[:at_once])
        if look_ups:
            LookUp.objects.filter(pk__in=[one.pk for one in look_ups]).update(examined_at=now)
            found = [(one, kind) for one, kinds in _judge(look_ups, now) for kind in kinds]
            _report(actor, found, now)
    return len(look_ups)


def examine_decisions(*, actor: Actor, now: datetime) -> int:
    """Find officials whose look-ups led to decisions too seldom; once in the period. Returns how many officials."""
    rules = get_outlier_rules()
    begin = now - timedelta(days=rules.undecided_within_days)
    expecting = [ground.code for ground in list_look_up_grounds() if ground.expects_decision]
    with transaction.atomic():
        asked = LookUp.objects.filter(opened_at__gte=begin, ground__in=expecting)
        asked = asked.filter(opened_at__lt=now - timedelta(days=rules.undecided_after_days))
        told = LookUpFinding.objects.filter(kind=Outlier.NO_DECISION, found_at__gte=begin)
        known = set(told.values_list("look_up__official", flat=True))
        by_official: dict[str, list[LookUp]] = defaultdict(list)
        for one in asked.order_by("opened_at", "pk").iterator():
            by_official[one.official].append(one)
        decided = list_decided({one.case_number for all_of in by_official.values() for one in all_of})
        found = []
        for official, all_of in by_official.items():
            lost = [one for one in all_of if not one.led_to_correction and one.case_number not in decided]
            if official not in known and leads_nowhere(len(all_of), len(lost), rules):
                found.append((lost[-1], Outlier.NO_DECISION))
        _report(actor, found, now)
    return len(found)


def answer_finding(*, actor: Actor, finding_id: int, answer: str, now: datetime) -> LookUpFinding:
    """The official explains the look-up, once. Raises AccessDenied or CannotChangeFinding."""
    if not can_answer_finding(actor, access_finding(actor, finding_id)):
        raise AccessDenied
    with transaction.atomic():
        finding = LookUpFinding.objects.select_for_update().get(pk=finding_id)
        if finding.answered_at is not None or finding.closed_at is not None:
            raise CannotChangeFinding(_("This has been answered already; nothing was changed."))
        if not answer.strip():
            raise CannotChangeFinding(_("Say in a sentence why you opened the register."))
        finding.answer, finding.answered_at = answer.strip(), now
        finding.save(update_fields=["answer", "answered_at"])
        record_event(actor=actor, action="civil.finding_answered", object_ref=f"finding:{finding.pk}")
    return finding


def close_finding(*, actor: Actor, finding_id: int, verdict: Verdict, note: str, now: datetime) -> LookUpFinding:
    """The supervisor judges the answer, or its absence once it is overdue. Never one's own look-up.

    Raises AccessDenied or CannotChangeFinding. Publishes LookUpFindingClosed.
    """
    if not can_supervise_finding(actor, access_finding(actor, finding_id)):
        raise AccessDenied
    with transaction.atomic():
        finding = LookUpFinding.objects.select_for_update().get(pk=finding_id)
        _check_closable(finding, note, local_day(now, settings.TIME_ZONE))
        finding.verdict, finding.note, finding.closed_at = verdict, note.strip(), now
        finding.closed_by_label, finding.closed_by_person = actor.label, actor.person_number or ""
        finding.save()
        record_event(
            actor=actor,
            action="civil.finding_closed",
            object_ref=f"finding:{finding.pk}",
            detail={"kind": finding.kind, "verdict": verdict.value},
        )
        publish(LookUpFindingClosed(finding.pk, finding.kind, verdict.value))
    return finding


def _check_closable(finding: LookUpFinding, note: str, today: date) -> None:
    if finding.closed_at is not None:
        raise CannotChangeFinding(_("This has been closed already; nothing was changed."))
    if finding.answered_at is None and today <= finding.answer_due_on:
        raise CannotChangeFinding(_("The official has not answered yet and still has time."))
    if not note.strip():
        raise CannotChangeFinding(_("Say what you examined and what you found."))


def _judge(look_ups: Sequence[LookUp], now: datetime) -> Iterable[tuple[LookUp, list[Outlier]]]:
    rules, zone, calendar = get_outlier_rules(), ZoneInfo(settings.TIME_ZONE), get_working_calendar()
    numbers = {one.person_number for one in look_ups} | {one.official_person for one in look_ups}
    circles = get_circles(numbers - {""}, on=local_day(now, settings.TIME_ZONE))
    positions, ceiling = _count_positions(look_ups, zone), get_limit("register_lookups_per_day")
    for one in look_ups:
        local = one.opened_at.astimezone(zone)
        official = circles.get(one.official_person, _NOBODY)
        kinds = circle_outliers(official, circles.get(one.person_number, _NOBODY))
        kinds += time_outliers(local, calendar.is_working_day(local.date()), rules)
        if one.person_number in rules.honey_records:
            kinds.append(Outlier.HONEY)
        if is_near_ceiling(positions[one.pk], ceiling, rules):
            kinds.append(Outlier.NEAR_CEILING)
        yield one, kinds


def _count_positions(look_ups: Sequence[LookUp], zone: ZoneInfo) -> Mapping[str, int]:
    """Which look-up of its official's day each one is, counted from 1."""
    days = [one.opened_at.astimezone(zone).date() for one in look_ups]
    start = datetime.combine(min(days), time(), zone)
    end = datetime.combine(max(days) + timedelta(days=1), time(), zone)
    same_days = LookUp.objects.filter(
        official__in={one.official for one in look_ups}, opened_at__gte=start, opened_at__lt=end
    )
    seen: Counter[tuple[str, date]] = Counter()
    positions = {}
    for number, official, opened_at in same_days.order_by("opened_at", "pk").values_list("pk", "official", "opened_at"):
        seen[official, opened_at.astimezone(zone).date()] += 1
        positions[number] = seen[official, opened_at.astimezone(zone).date()]
    return positions


def _report(actor: Actor, found: Sequence[tuple[LookUp, Outlier]], now: datetime) -> None:
    today = local_day(now, settings.TIME_ZONE)
    due_on = get_working_calendar().add_working_days(today, get_limit("look_up_answer_working_days"))
    LookUpFinding.objects.bulk_create(
        LookUpFinding(
            look_up=one,
            kind=kind,
            official_person=one.official_person,
            agency_code=one.agency_code,
            office_code=one.office_code,
            found_at=now,
            answer_due_on=due_on,
        )
        for one, kind in found
    )
    if found:
        events = [
            NewEvent(action="civil.look_up_conspicuous", object_ref=f"look-up:{one.pk}", detail={"kind": kind.value})
            for one, kind in found
        ]
        record_events(actor=actor, events=events)
        publish(LookUpsConspicuous(tuple(one.pk for one, _kind in found)))
