"""The figures, against hand-made cases reckoned by hand."""

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions import extend_for_outage
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.presentation.statistics import draw_timeline, present_rows
from gapura.kernel.cases.queries import get_statistics, list_public_figures
from gapura.kernel.cases.testing import official, resident
from gapura.kernel.cases.tests.years import (
    APPLICANT,
    NO_DATA,
    NOON,
    OTHER_SERVICE,
    SERVICE,
    make_access,
    make_case,
)
from gapura.kernel.cases.types import CaseNotFound, Figures, Selection, Statistics

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
WEEK = Selection(TODAY - timedelta(days=6), TODAY)
SUPERVISOR = official("civil.supervisor")
CENTRE = official("civil.supervisor", office="")


def look(actor: Actor = SUPERVISOR, selection: Selection = WEEK) -> Statistics:
    return get_statistics(actor, selection, today=TODAY)


def test_without_cases_everything_is_zero_or_unknown() -> None:
    found = look()
    assert found.services == ()
    assert found.together == Figures("", 0, 0, 0, 0, 0, 0, None, None, (0, 0, 0, 0, 0))
    assert (found.waiting, found.overdue, found.reasons.common, found.words) == (0, 0, (), ())
    assert list_public_figures(WEEK) == []


def test_a_hand_made_week_is_counted_as_by_hand() -> None:
    for minutes in (10, 20, 30):
        make_case(minutes, papers=2, stars=5)
    make_case(40, papers=1, reason=NO_DATA, stars=1, words="Too fast a no.")
    make_case(minutes=3 * 24 * 60, due_in_days=1, service=OTHER_SERVICE, submitted_at=NOON - timedelta(days=4))
    make_case(None, due_in_days=-1)
    found = look()
    first, second = found.services
    assert first == Figures(
        service_code=SERVICE,
        received=5,
        decided=4,
        refused=1,
        timed=4,
        on_time=4,
        papers=7,
        median=timedelta(minutes=25),
        slow=timedelta(minutes=37),
        stars=(1, 0, 0, 0, 3),
    )
    assert (first.ratings, first.satisfied) == (4, 3)
    assert (second.service_code, second.decided, second.timed, second.on_time) == (OTHER_SERVICE, 1, 1, 0)
    together = found.together
    assert (together.received, together.decided, together.refused, together.on_time) == (6, 5, 1, 4)
    assert (together.median, together.papers) == (timedelta(minutes=30), 7)
    assert together.slow == timedelta(minutes=40 + 0.6 * (3 * 24 * 60 - 40))
    assert (found.waiting, found.overdue) == (1, 1)
    assert found.reasons.common == ((NO_DATA, 1),)
    assert found.words == ((1, "Too fast a no."),)
    assert found.received_on == {TODAY: 5, TODAY - timedelta(days=4): 1}
    assert found.decided_on == {TODAY: 4, TODAY - timedelta(days=1): 1}


@pytest.mark.parametrize("number", range(1, 12))
def test_the_median_is_that_of_the_textbook_at_every_number_of_cases(number: int) -> None:
    """A planted ``<`` for ``<=`` among the neighbors, or a place counted from one, would show at some number."""
    import statistics

    minutes = [n * n for n in range(1, number + 1)]
    for one in minutes:
        make_case(one)
    figures = look().together
    assert figures.median == timedelta(minutes=statistics.median(minutes))
    if number > 1:
        expected = statistics.quantiles(minutes, n=10, method="inclusive")[-1]
        assert figures.slow is not None
        assert figures.slow / timedelta(minutes=1) == pytest.approx(expected)


def test_a_day_begins_and_ends_by_the_countrys_clock() -> None:
    midnight = NOON - timedelta(hours=12)
    make_case(submitted_at=midnight)
    make_case(submitted_at=midnight - timedelta(minutes=1), minutes=0)
    make_case(submitted_at=midnight + timedelta(days=1), minutes=0)
    today = look(selection=Selection(TODAY, TODAY))
    assert (today.together.received, today.together.decided) == (1, 1)
    assert look().together.received == 2


def test_the_last_day_of_the_term_is_in_time_and_the_next_is_not() -> None:
    last_minute = 12 * 60 - 1
    make_case(last_minute, due_in_days=0)
    assert look(selection=Selection(TODAY, TODAY + timedelta(days=1))).together.on_time == 1
    make_case(last_minute + 1, due_in_days=0)
    late = look(selection=Selection(TODAY, TODAY + timedelta(days=1))).together
    assert (late.timed, late.on_time) == (2, 1)


def test_an_appealed_case_is_not_timed_and_an_upheld_one_is_no_refusal() -> None:
    make_case(reason=NO_DATA)
    make_case(reason=NO_DATA, steps=("appeal",))
    make_case(reason=NO_DATA, steps=("appeal", "uphold_appeal"))
    found = look()
    assert (found.together.decided, found.together.refused, found.together.timed) == (3, 2, 1)
    assert found.reasons.common == ((NO_DATA, 2),)


def test_an_outage_after_a_late_refusal_does_not_make_it_timely() -> None:
    late = make_case(3 * 24 * 60, due_in_days=1, reason=NO_DATA, submitted_at=NOON - timedelta(days=5))
    running = make_case(None)
    Case.objects.filter(pk=late.pk).update(appeal_until=TODAY + timedelta(days=9))
    extend_for_outage(
        actor=system_actor("test"),
        agency_code="dukcapil",
        outage_from=TODAY,
        outage_until=TODAY + timedelta(days=4),
        reason="Fire.",
        now=NOON,
    )
    late.refresh_from_db()
    assert late.appeal_until is not None
    assert late.appeal_until > TODAY + timedelta(days=9)
    assert (look().together.timed, look().together.on_time) == (1, 0)
    assert Case.objects.get(pk=running.pk).due_on > running.due_on


def test_a_term_moved_by_a_payment_after_the_decision_does_not_count() -> None:
    make_case(steps=("approve", "request_payment", "complete_payment"))
    make_case(steps=("request_payment", "receive_payment", "approve"))
    assert (look().together.decided, look().together.timed) == (2, 1)


def test_what_an_official_wrote_is_counted_and_not_quoted() -> None:
    make_case(reason={"en": "Mrs Siti never came."}, by="3171010101700009")
    make_case(reason=NO_DATA)
    reasons = look().reasons
    assert (reasons.common, reasons.by_officials, reasons.others) == (((NO_DATA, 1),), 1, 0)


def test_rare_reasons_are_put_together() -> None:
    for n in range(12):
        make_case(reason={"en": f"Reason {n}"})
    make_case(reason={"en": "Reason 7"})
    reasons = look().reasons
    assert reasons.common[0] == ({"en": "Reason 7"}, 2)
    assert (len(reasons.common), reasons.others) == (10, 2)


def test_a_paper_counts_once_a_case_and_only_if_a_register_gave_it() -> None:
    case = make_case()
    for outcome in ("asked", "asked", "refused", "failed"):
        make_access(case, "civil.person", outcome)
    make_access(case, "civil.family", "failed")
    make_access(make_case(None), "civil.person")
    assert look().together.papers == 1


def test_a_case_that_waits_for_the_person_is_not_overdue() -> None:
    case = make_case(None, due_in_days=-3)
    assert look().overdue == 1
    case.status, case.paused_at = "supplement", NOON
    case.save()
    assert (look().waiting, look().overdue) == (1, 0)


def test_a_supervisor_sees_their_office_and_the_centre_sees_all() -> None:
    make_case()
    make_case(office="32.73")
    make_case(agency="kua")
    assert look().together.decided == 1
    assert look(CENTRE).together.decided == 2
    assert look(official("civil.supervisor", agency="kua")).together.decided == 1
    assert sum(figures.decided for figures in list_public_figures(WEEK)) == 3


@pytest.mark.parametrize("actor", [official("civil.registrar"), official("audit.auditor"), resident(APPLICANT)])
def test_who_supervises_nothing_sees_no_statistics(actor: Actor) -> None:
    with pytest.raises(CaseNotFound):
        look(actor)


def test_one_service_alone() -> None:
    make_case(stars=3)
    make_case(service=OTHER_SERVICE, stars=4, reason=NO_DATA)
    chosen = Selection(WEEK.since, WEEK.until, SERVICE)
    assert [figures.service_code for figures in look(selection=chosen).services] == [SERVICE]
    assert look(selection=chosen).reasons.common == ()


@pytest.mark.parametrize("many", [1, 30])
def test_the_number_of_queries_does_not_grow(many: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(many):
        make_case(n, service=(SERVICE, OTHER_SERVICE)[n % 2], reason=NO_DATA if n % 3 else None, stars=1 + n % 5)
    with django_assert_num_queries(14):
        look()
    with django_assert_num_queries(6):
        list_public_figures(WEEK)


def test_small_counts_are_hidden_and_their_counterparts_too() -> None:
    small = Figures(SERVICE, 4, 4, 4, 4, 3, 9, timedelta(1), timedelta(1), (0, 0, 0, 0, 4))
    (row,) = present_rows([small], at_least=5, opinions_at_least=5)
    hidden = (row.received, row.decided, row.refused, row.median, row.slow, row.on_time_percent, row.papers)
    assert set(hidden) | {row.ratings, row.satisfied_percent} == {None}
    (shown,) = present_rows([small], at_least=0, opinions_at_least=5)
    assert (shown.decided, shown.on_time_percent, shown.satisfied_percent) == (4, 75, None)
    few_granted = Figures(SERVICE, 9, 9, 6, 9, 9, 9, timedelta(1), timedelta(1), (0, 0, 1, 4, 4))
    (row,) = present_rows([few_granted], at_least=5, opinions_at_least=5)
    assert (row.decided, row.refused, row.on_time_percent, row.satisfied_percent) == (9, None, 100, 88)


@pytest.mark.parametrize(
    ("days", "places", "first"),
    [(30, 30, date(2026, 4, 5)), (90, 14, date(2026, 2, 4)), (365, 13, date(2025, 5, 5))],
)
def test_the_chart_has_days_weeks_or_months_and_loses_none(days: int, places: int, first: date) -> None:
    selection = Selection(TODAY - timedelta(days=days - 1), TODAY)
    every_day = {selection.since + timedelta(days=n): 1 for n in range(days)}
    points = draw_timeline(every_day, {TODAY: 7}, selection)
    assert selection.since == first
    assert len(points) == places
    assert sum(point.values[0] for point in points) == days
    assert points[-1].values[1] == 7
    assert 0 < sum(bool(point.label) for point in points) <= 6
