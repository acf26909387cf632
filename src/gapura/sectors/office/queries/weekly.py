"""What a unit's week looks like in the records, and the reports made of it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.queries import list_parts_of, list_units_merged_into
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import Instruction, Meeting, Milestone, TaskCard, WeeklyReport
from gapura.sectors.office.queries.decided import (
    count_cases_decided,
    list_letters_answered,
    list_posts_of,
    list_steps_taken,
)
from gapura.sectors.office.queries.documents import led_units, list_readable_documents, own_units
from gapura.sectors.office.queries.references import path_of
from gapura.sectors.office.rules import ENDED_INSTRUCTIONS
from gapura.sectors.office.types import CardState, InstructionState, MeetingStatus, Reach

MOST_LINES = 200
"""Lines in one section; a week with more is told by its number."""

SECTIONS = {
    "registered": gettext_noop("Documents registered"),
    "decided": gettext_noop("Decided on approval lines"),
    "answered": gettext_noop("Letters answered"),
    "cases": gettext_noop("Cases decided, by service"),
    "cards": gettext_noop("Task cards opened or closed"),
    "milestones": gettext_noop("Milestones reached"),
    "instructions": gettext_noop("Instructions carried out"),
    "meetings": gettext_noop("Meetings held"),
    "late": gettext_noop("Due by the end of the week and not done"),
    "next": gettext_noop("Due next week"),
}


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def list_readable_weekly_reports(actor: Actor) -> QuerySet[WeeklyReport]:
    """Those of the official's unit and of the units they answer for."""
    if actor.kind is not ActorKind.OFFICIAL:
        return WeeklyReport.objects.none()
    units = [*own_units(actor), *list_parts_of(led_units(actor))]
    return WeeklyReport.objects.filter(unit_code__in=units, agency_code=actor.agency_code)


def access_weekly_report(actor: Actor, code: str) -> WeeklyReport:
    """The report, for the unit and those who lead it. Raises AccessDenied, also when there is none."""
    report = list_readable_weekly_reports(actor).filter(code=code).first()
    if report is None:
        raise AccessDenied
    return report


def assemble_week(actor: Actor, unit_code: str, monday: date) -> list[dict[str, Any]]:
    """What the unit registered, did and has before it, in sections with lines (``text``, ``path``, ``on``).

    What only named people may read is left out: a report is for the whole unit.
    """
    units, after = list_units_merged_into(unit_code), monday + timedelta(days=7)
    begin, end = _moment(monday), _moment(after)
    found = {
        "registered": _registered(actor, units, begin, end),
        **_decided(actor, units, begin, end),
        "cards": _cards(units, begin, end),
        "milestones": _milestones(units, Q(done_on__gte=monday, done_on__lt=after), "done_on"),
        "instructions": _instructions(
            units, Q(state=InstructionState.CONFIRMED, ended_at__gte=begin, ended_at__lt=end)
        ),
        "meetings": _meetings(units, begin, end),
        "late": _due(units, Q(due_on__lt=after)),
        "next": _due(units, Q(due_on__gte=after, due_on__lt=after + timedelta(days=7))),
    }
    return [{"code": code, "lines": found[code][:MOST_LINES], "count": len(found[code])} for code in SECTIONS]


def as_words(records: Sequence[dict[str, Any]]) -> str:
    """The records as CommonMark, to begin a report with."""
    parts = []
    for section in records:
        lines = [f"- {line['text']}" for line in section["lines"]] or [f"- {_('nothing')}"]
        parts.append("\n".join([f"## {_(SECTIONS[section['code']])}", "", *lines]))
    return "\n\n".join(parts) + "\n"


def _registered(actor: Actor, units: list[str], begin: datetime, end: datetime) -> list[dict[str, str]]:
    rows = list_readable_documents(actor).filter(unit_code__in=units, registered_at__gte=begin, registered_at__lt=end)
    return [
        _line(f"{one.number} {one.title}", "document", one.code, one.registered_at)
        for one in rows.exclude(reach=Reach.NAMED).order_by("registered_at", "pk")
    ]


def _decided(actor: Actor, units: list[str], begin: datetime, end: datetime) -> dict[str, list[dict[str, str]]]:
    posts = list_posts_of(units)
    return {
        "decided": [_line(*told) for told in _of_documents(list_steps_taken(actor, posts, begin, end))],
        "answered": [_line(*told) for told in _of_documents(list_letters_answered(actor, units, begin, end))],
        "cases": [
            _line(f"{title}: {number}", "", "", None) for title, number in count_cases_decided(actor, posts, begin, end)
        ],
    }


def _of_documents(told: Sequence[tuple[str, str, datetime]]) -> list[tuple[str, str, str, datetime]]:
    return [(text, "document" if code else "", code, when) for text, code, when in told]


def _cards(units: list[str], begin: datetime, end: datetime) -> list[dict[str, str]]:
    opened = Q(opened_at__gte=begin, opened_at__lt=end)
    closed = Q(closed_at__gte=begin, closed_at__lt=end)
    rows = TaskCard.objects.filter(opened | closed, unit_code__in=units).order_by("pk")
    return [
        _line(
            f"{one.title}: {one.outcome}" if one.state != CardState.OPEN else one.title,
            "card",
            one.code,
            one.closed_at or one.opened_at,
        )
        for one in rows
    ]


def _meetings(units: list[str], begin: datetime, end: datetime) -> list[dict[str, str]]:
    held = Q(
        starts_at__gte=begin,
        starts_at__lt=end,
        status__in=(MeetingStatus.CALLED, MeetingStatus.HELD, MeetingStatus.MINUTED),
    )
    rows = Meeting.objects.filter(held, unit_code__in=units, confidential=False).order_by("starts_at", "pk")
    return [_line(one.title, "meeting", one.code, one.starts_at) for one in rows]


def _milestones(units: list[str], when: Q, day: str) -> list[dict[str, str]]:
    rows = Milestone.objects.filter(when, card__unit_code__in=units, dropped_on__isnull=True).select_related("card")
    return [
        _line(f"{one.card.title}: {one.title}", "card", one.card.code, getattr(one, day))
        for one in rows.order_by(day, "pk")
    ]


def _instructions(units: list[str], when: Q) -> list[dict[str, str]]:
    rows = Instruction.objects.filter(when, unit_code__in=units).order_by("due_on", "pk")
    return [_line(one.title, "instruction", one.code, one.due_on) for one in rows]


def _due(units: list[str], when: Q) -> list[dict[str, str]]:
    open_cards = Q(done_on__isnull=True, card__state=CardState.OPEN)
    return _milestones(units, when & open_cards, "due_on") + _instructions(
        units, when & ~Q(state__in=ENDED_INSTRUCTIONS)
    )


def _line(text: str, kind: str, code: str, when: date | datetime | None) -> dict[str, str]:
    day = when.astimezone(ZoneInfo(settings.TIME_ZONE)).date() if isinstance(when, datetime) else when
    return {"text": " ".join(text.split()), "path": path_of(kind, code), "on": day.isoformat() if day else ""}


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))
