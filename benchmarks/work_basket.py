"""An official's filtered, authorized work basket on PostgreSQL, at 62,000 and at 1,000,000 cases."""

import os
import time
from datetime import UTC, date, datetime, timedelta

from benchmarks.harness import Result, percentile, rounded, start_django
from tools import postgres

NAME = "work-basket"
SIZES = {"small": 62_000, "large": 1_000_000}
TODAY = date(2026, 5, 4)
ROUNDS = 80
# Of a hundred cases ten are this office's, and fifteen are open; the others are closed, all over the country.
DRAW = "((hashint4(n)::bigint & 2147483647) % 100)"
DIFFERENT = {
    "id": "n",
    "number": "'N' || n",
    "idempotency_key": "'K' || n",
    "service_code": "'civil.service-' || n % 8",
    "office_code": "CASE WHEN n % 10 = 0 THEN '31.71' ELSE '32.' || n % 90 + 10 END",
    "status": f"CASE WHEN {DRAW} < 10 THEN 'review' WHEN {DRAW} < 12 THEN 'received'"
    f" WHEN {DRAW} < 14 THEN 'appealed' WHEN {DRAW} < 15 THEN 'approved' ELSE 'closed' END",
    "next_check_at": f"CASE WHEN {DRAW} IN (10, 11, 14) THEN now() END",
    "applicant": "'3171' || lpad(n::text, 12, '0')",
    "subject": "'3171' || lpad(n::text, 12, '0')",
    "due_on": "DATE '2026-05-04' + (n / 10 % 60)::int - 20",
}


def run() -> list[Result]:
    with postgres.temporary() as address:
        os.environ["GAPURA_DATABASE"] = address
        start_django()
        _fill()
        queries = {schema: _count_queries(schema) for schema in SIZES}
        seconds = _measure()
    small, large = (percentile(seconds[schema], 95) for schema in SIZES)
    few, many = queries.values()
    ratio = rounded(large / small)
    against = f"p95 at 62,000 cases ({small * 1e3:.1f} ms)"
    return [
        Result(NAME, large * 1e3, "ms p95 at 1,000,000 cases", against, ratio, "≤ 1.5 ×", ratio <= 1.5),
        Result(
            f"{NAME}/queries",
            many,
            "queries a page at 1,000,000 cases",
            f"{few} at 62,000",
            None,
            "the same",
            many == few,
        ),
    ]


def _fill() -> None:
    """The table twice, in two schemas: the first case copied with the differences, then analyzed."""
    from django.db import connection

    from gapura.kernel.cases.models import Case

    first = _make_case()
    columns = [field.column for field in Case._meta.concrete_fields]
    values = ", ".join(DIFFERENT.get(column, f"first.{column}") for column in columns)
    with connection.cursor() as cursor:
        for schema, size in SIZES.items():
            cursor.execute(f"CREATE SCHEMA {schema}")
            cursor.execute(f"CREATE TABLE {schema}.cases_case (LIKE public.cases_case INCLUDING ALL)")
            cursor.execute(
                f"INSERT INTO {schema}.cases_case ({', '.join(columns)}) SELECT {values} "
                f"FROM generate_series(1, {size}) AS n, public.cases_case AS first "
                f"WHERE first.id = {first.pk}"
            )
            cursor.execute(f"VACUUM ANALYZE {schema}.cases_case")


def _use(schema: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema}, public")


def _count_queries(schema: str) -> int:
    """Queries a page; every view makes the same number."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _use(schema)
    pages = list(_pages())
    with CaptureQueriesContext(connection) as captured:
        for show in pages:
            show()
    return len(captured) // len(pages)


def _measure() -> dict[str, list[float]]:
    """Seconds of every view at both sizes, taken in turns, so that a busy machine treats them alike."""
    views = {}
    for schema in SIZES:
        _use(schema)
        views[schema] = list(_pages())
    seconds: dict[str, list[float]] = {schema: [] for schema in SIZES}
    for _round in range(ROUNDS):
        for schema, pages in views.items():
            _use(schema)
            for show in pages:
                started = time.perf_counter()
                show()
                seconds[schema].append(time.perf_counter() - started)
    return seconds


def _make_case():
    from gapura.kernel.cases.models import Case

    return Case.objects.create(
        number="FIRST",
        service_code="civil.service-0",
        service_version="1",
        service_title={"id": "Biodata Penduduk", "en": "Personal data", "ko": "인적사항"},
        agency_code="dukcapil",
        office_code="31.71",
        status="closed",
        applicant="3171014205900001",
        subject="3171014205900001",
        relation="self",
        answers={},
        language="id",
        channel="web",
        idempotency_key="first",
        submission_digest="0" * 64,
        submitted_at=datetime(2026, 4, 1, tzinfo=UTC),
        due_on=TODAY,
    )


def _pages():
    """Views of the basket as officials open them: everything, and through each filter, also further down."""
    from gapura.kernel.audit.types import Actor, ActorKind
    from gapura.kernel.cases.queries import list_work_basket
    from gapura.kernel.cases.types import BasketFilters

    official = Actor(
        kind=ActorKind.OFFICIAL,
        label="Registrar",
        account_id=1,
        person_number="3171010101800001",
        post_code="dukcapil/31.71/registrar",
        agency_code="dukcapil",
        office_code="31.71",
        roles=frozenset({"civil.registrar"}),
    )
    views = (
        BasketFilters(),
        BasketFilters(status="review"),
        BasketFilters(status="appealed"),
        BasketFilters(service_code="civil.service-4"),
        BasketFilters(overdue_on=TODAY),
        BasketFilters(status="review", service_code="civil.service-2", overdue_on=TODAY + timedelta(days=3)),
    )
    for filters in views:
        after = None
        for _page in range(3):
            page = list_work_basket(official, filters=filters, after=after)
            if not page.rows:
                raise AssertionError(f"The basket is empty for {filters}.")
            yield lambda filters=filters, after=after: list_work_basket(official, filters=filters, after=after)
            after = page.next
