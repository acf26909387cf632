"""How the services do: counts, times and opinions of many cases at once, never one person's.

What was *received* counts by the day of submission; everything else by the day of the decision.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber, TruncDate

from gapura.foundation.isolation import as_house
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.models import Case, CaseRating, CaseStep
from gapura.kernel.cases.permissions import can_see_statistics
from gapura.kernel.cases.rules import OPEN_STATUSES
from gapura.kernel.cases.types import (
    BEST_RATING,
    CaseNotFound,
    CaseStatus,
    Figures,
    Reasons,
    Selection,
    Statistics,
)
from gapura.kernel.exchange.queries import AccessRecord
from gapura.kernel.exchange.types import AccessOutcome

MOST_REASONS, MOST_WORDS = 10, 20
MEDIAN, SLOW = 5, 9
"""Quantiles in tenths: half of the cases were decided faster, nine of ten were."""
_TOGETHER = ""
_NO_OUTCOMES = {"decided": 0, "refused": 0, "timed": 0, "on_time": 0}

_Times = Mapping[tuple[str, int], timedelta]


def get_statistics(actor: Actor, selection: Selection, *, today: date) -> Statistics:
    """How the services of the actor's office (of the agency, for its centre) do. Fourteen queries at any size.

    Raises CaseNotFound when the actor supervises nothing.
    """
    if not can_see_statistics(actor):
        raise CaseNotFound("No statistics for this actor.")
    cases = Case.objects.filter(agency_code=actor.agency_code)
    if actor.office_code:
        cases = cases.filter(office_code=actor.office_code)
    if selection.service_code:
        cases = cases.filter(service_code=selection.service_code)
    received, decided = _received(cases, selection), _decided(cases, selection)
    services = _list_figures(received, decided)
    together = _add_up(services, _quantiles(decided, by_service=False))
    waiting, overdue = _count_waiting(cases, today)
    return Statistics(
        services=tuple(services),
        together=together,
        received_on=_by_day(received, "submitted_at"),
        decided_on=_by_day(decided, "decided_at"),
        reasons=_reasons(decided, together.refused),
        words=_words(decided),
        waiting=waiting,
        overdue=overdue,
    )


@as_house("everybody may know how the services do; only sums of many cases leave this place")
def list_public_figures(selection: Selection) -> list[Figures]:
    """Every public service with cases in the selected days, by code. Six queries at any size."""
    return _list_figures(_received(Case.objects.all(), selection), _decided(Case.objects.all(), selection))


def _received(cases: QuerySet[Case], selection: Selection) -> QuerySet[Case]:
    since, until = _moments(selection)
    return cases.filter(submitted_at__gte=since, submitted_at__lt=until).order_by()


def _decided(cases: QuerySet[Case], selection: Selection) -> QuerySet[Case]:
    since, until = _moments(selection)
    return cases.filter(decided_at__gte=since, decided_at__lt=until).order_by()


def _moments(selection: Selection) -> tuple[datetime, datetime]:
    """From the first moment of the first day up to, not including, the first moment after the last day."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return (
        datetime.combine(selection.since, time.min, zone),
        datetime.combine(selection.until + timedelta(days=1), time.min, zone),
    )


def _list_figures(received: QuerySet[Case], decided: QuerySet[Case]) -> list[Figures]:
    arrived = dict(received.values_list("service_code").annotate(number=Count("pk")))
    outcomes, papers, stars = _outcomes(decided), _papers(decided), _stars(decided)
    times = _quantiles(decided, by_service=True)
    return [
        Figures(
            service_code=code,
            received=arrived.get(code, 0),
            **outcomes.get(code, _NO_OUTCOMES),
            papers=papers.get(code, 0),
            median=times.get((code, MEDIAN)),
            slow=times.get((code, SLOW)),
            stars=tuple(stars[code, n] for n in range(1, BEST_RATING + 1)),
        )
        for code in sorted(arrived.keys() | outcomes.keys())
    ]


def _add_up(services: Iterable[Figures], times: _Times) -> Figures:
    """All services together; middles do not add up, so they come from the cases."""
    rows = list(services)
    return Figures(
        service_code=_TOGETHER,
        received=sum(row.received for row in rows),
        decided=sum(row.decided for row in rows),
        refused=sum(row.refused for row in rows),
        timed=sum(row.timed for row in rows),
        on_time=sum(row.on_time for row in rows),
        papers=sum(row.papers for row in rows),
        median=times.get((_TOGETHER, MEDIAN)),
        slow=times.get((_TOGETHER, SLOW)),
        stars=tuple(sum(row.stars[n] for row in rows) for n in range(BEST_RATING)),
    )


def _outcomes(decided: QuerySet[Case]) -> dict[str, dict[str, int]]:
    """Decided, refused, and decided in time. What moves the term after the decision leaves the case untimed."""
    judged = decided.annotate(is_refused=_refused(), is_timed=~_has_step("appeal", "complete_payment"))
    in_time = Q(is_timed=True, decided_at__date__lte=F("due_on"))
    counted = judged.values_list("service_code").annotate(
        decided=Count("pk"),
        refused=Count("pk", filter=Q(is_refused=True)),
        timed=Count("pk", filter=Q(is_timed=True)),
        on_time=Count("pk", filter=in_time),
    )
    return {code: dict(zip(_NO_OUTCOMES, numbers, strict=True)) for code, *numbers in counted}


def _refused() -> Q:
    """A refusal that stands: no appeal has been upheld."""
    return ~Q(decision_reason={}) & ~_has_step("uphold_appeal")


def _has_step(*actions: str) -> Q:
    return Q(Exists(CaseStep.objects.filter(case=OuterRef("pk"), action__in=actions)))


def _papers(decided: QuerySet[Case]) -> dict[str, int]:
    """Kinds of evidence that registers gave to the cases: each would have been a paper to bring, once a case."""
    kinds = (
        AccessRecord.objects.filter(case_number=OuterRef("number"), outcome=AccessOutcome.ASKED)
        .order_by()
        .values("case_number")
        .annotate(kinds=Count("evidence_type", distinct=True))
        .values("kinds")
    )
    counted = decided.annotate(kinds=Subquery(kinds, output_field=IntegerField()))
    return {code: papers or 0 for code, papers in counted.values_list("service_code").annotate(papers=Sum("kinds"))}


def _quantiles(decided: QuerySet[Case], *, by_service: bool) -> _Times:
    """Time from submission to decision, as PostgreSQL's PERCENTILE_CONT: between two neighbors in proportion.

    The database sorts and gives back the (at most two) neighbors of each quantile.
    """
    taken = ExpressionWrapper(F("decided_at") - F("submitted_at"), output_field=DurationField())
    together = ["service_code"] if by_service else None
    ranked = decided.annotate(
        taken=taken,
        before=Window(RowNumber(), partition_by=together, order_by=[taken.asc(), F("pk").asc()]) - 1,
        others=Window(Count("pk"), partition_by=together) - 1,
    )
    found: dict[tuple[str, int], timedelta] = {}
    for tenths in (MEDIAN, SLOW):
        away = F("before") * 10 - F("others") * tenths  # in tenths of a place
        neighbors = ranked.annotate(away=away).filter(away__gt=-10, away__lt=10)
        for code, duration, distance in neighbors.order_by("service_code").values_list("service_code", "taken", "away"):
            key = (code if by_service else _TOGETHER, tenths)
            found[key] = found.get(key, timedelta()) + duration * (10 - abs(distance)) / 10
    return found


def _stars(decided: QuerySet[Case]) -> Counter[tuple[str, int]]:
    rated = CaseRating.objects.filter(case__in=decided).order_by()
    counted = rated.values_list("case__service_code", "stars").annotate(number=Count("pk"))
    return Counter({(code, stars): number for code, stars, number in counted})


def _by_day(cases: QuerySet[Case], moment: str) -> dict[date, int]:
    return dict(cases.values_list(TruncDate(moment)).annotate(number=Count("pk")))


def _reasons(decided: QuerySet[Case], refused: int) -> Reasons:
    """Reasons that rules gave, the most frequent first. What officials wrote is each case's own and only counted."""
    by_rule = decided.filter(_refused(), decided_by="").values_list("decision_reason").annotate(number=Count("pk"))
    by_officials = decided.filter(_refused()).exclude(decided_by="").count()
    common = tuple(by_rule.order_by("-number", "decision_reason")[:MOST_REASONS])
    others = refused - by_officials - sum(number for _, number in common)
    return Reasons(common=common, others=others, by_officials=by_officials)


def _words(decided: QuerySet[Case]) -> tuple[tuple[int, str], ...]:
    """What people wrote, the newest first, without anything that says who."""
    written = CaseRating.objects.filter(case__in=decided).exclude(words="")
    return tuple(written.order_by("-pk").values_list("stars", "words")[:MOST_WORDS])


def _count_waiting(cases: QuerySet[Case], today: date) -> tuple[int, int]:
    """Undecided cases, and those of them beyond their term; the clock stands still while the person has the word."""
    late = Q(due_on__lt=today, paused_at__isnull=True)
    running = cases.filter(status__in=sorted(OPEN_STATUSES - {CaseStatus.APPROVED})).order_by()
    counted = running.aggregate(waiting=Count("pk"), overdue=Count("pk", filter=late))
    return counted["waiting"], counted["overdue"]
