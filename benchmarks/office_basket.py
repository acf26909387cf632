"""The basket of an official with 5,000 open items among 60,000 officials, as documents grow tenfold, on PostgreSQL."""

import os

from benchmarks.harness import Result, percentile, rounded, start_django, time_each
from tools import postgres

NAME = "office-basket"
DOCUMENTS = int(os.environ.get("OFFICE_DOCUMENTS", "2000000"))
SIZES = (DOCUMENTS // 10, DOCUMENTS // 3, DOCUMENTS)
OFFICIALS = 60_000
OPEN_ITEMS = 5_000
OPEN_OF_OTHERS = 12
DONE_PER_DOCUMENT = 2
MOST_QUERIES = 6
MOST_MS = 100
FLAT = 1.3
VIEWS = 120


def run() -> list[Result]:
    with postgres.temporary() as address:
        os.environ["GAPURA_DATABASE"] = address
        start_django()
        fetch = _prepare()
        medians, p95 = [], 0.0
        before = 0
        for size in SIZES:
            _grow(before, size)
            before = size
            seconds = time_each(fetch, VIEWS)
            medians.append(percentile(seconds, 50))
            p95 = percentile(seconds, 95)
        queries = _count_queries(fetch)
    ratio = rounded(medians[-1] / medians[0])
    curve = ", ".join(f"{size:,}: {1e3 * median:.1f} ms" for size, median in zip(SIZES, medians, strict=True))
    return [
        Result(
            NAME,
            1e3 * p95,
            f"ms p95 of the whole page, {OPEN_ITEMS:,} open items, {DOCUMENTS:,} documents",
            f"{OFFICIALS:,} officials",
            None,
            f"≤ {MOST_MS} ms",
            1e3 * p95 <= MOST_MS,
        ),
        Result(f"{NAME}/curve", ratio, "×", f"median by documents: {curve}", ratio, f"≤ {FLAT} ×", ratio <= FLAT),
        Result(
            f"{NAME}/queries", queries, "queries", "session and all", None, f"≤ {MOST_QUERIES}", queries <= MOST_QUERIES
        ),
    ]


def _prepare():
    """Units, 60,000 posts with what waits for each, one official with a full basket; gives what opens the page."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.test import Client, RequestFactory

    from gapura.foundation import clock
    from gapura.kernel.identity.models import Account
    from gapura.kernel.identity.testing import sign_in
    from gapura.kernel.worklist.actions import open_work
    from gapura.kernel.worklist.plugin import list_work_kinds
    from gapura.kernel.worklist.types import Holder
    from gapura.sectors.office.testing import make_document, make_office

    office = make_office()
    make_document(office.analyst)
    kinds = [kind.code for kind in list_work_kinds()]
    holder = Holder.post("kemenpan-rb", office.analyst.post_code)
    open_work(kind=kinds[0], object_ref="first", holder=holder, title="A letter", path="/", now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_post (code, agency_code, office_code, title, roles, unit_id, rank) "
            "SELECT 'kemenpan-rb//p' || n, agency_code, office_code, title, roles, unit_id, rank "
            "FROM generate_series(1, %s) n, identity_post WHERE code = %s",
            [OFFICIALS, office.analyst.post_code],
        )
    _fill_baskets(kinds)
    client = Client()
    sign_in(client, Account.objects.get(login="analyst"), post_code=office.analyst.post_code)
    cookie = client.cookies.output(header="", sep=";").split(";")[0].strip()
    application, request = WSGIHandler(), RequestFactory(SERVER_NAME="127.0.0.1", HTTP_COOKIE=cookie)

    def fetch() -> bytes:
        environment = dict(request.get("/desk/work/").environ)
        status: list[str] = []
        answer = application(environment, lambda line, _headers: status.append(line))
        content = b"".join(answer)
        answer.close()
        if not status[0].startswith("200") or content.count(b"todo__title") < 50:
            raise AssertionError(f"The basket answered {status[0]}.")
        return content

    return fetch


def _fill_baskets(kinds: list[str]) -> None:
    """What waits for the official of the benchmark, and for everybody else."""
    from django.db import connection

    columns = "agency_code, holder, kind, object_ref, title, path, sender, urgent, due_on, sort_on, opened_at, done_at"
    values = (
        "'Letter ' || n, '/', 'The head', n %% 50 = 0, current_date + n %% 90, current_date + n %% 90, now(), {done}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO worklist_item ({columns}) SELECT agency_code, holder, (%s::text[])[1 + n %% %s], "
            f"'own:' || n, {values.format(done='NULL')} FROM generate_series(1, %s) n, worklist_item "
            "WHERE object_ref = 'first'",
            [kinds, len(kinds), OPEN_ITEMS - 1],
        )
        cursor.execute(
            f"INSERT INTO worklist_item ({columns}) SELECT agency_code, 'post:kemenpan-rb//p' || 1 + n %% %s, kind, "
            f"'other:' || n, {values.format(done='NULL')} FROM generate_series(1, %s) n, worklist_item "
            "WHERE object_ref = 'first'",
            [OFFICIALS, OFFICIALS * OPEN_OF_OTHERS],
        )


def _grow(before: int, size: int) -> None:
    """More documents, and what was done about each; then statistics, as autovacuum would."""
    from django.db import connection

    from gapura.sectors.office.models import OfficialDocument

    different = {"id": "n + 10", "code": "'D' || n", "drafter_post": f"'kemenpan-rb//p' || n % {OFFICIALS}"}
    columns = [field.column for field in OfficialDocument._meta.concrete_fields]
    values = ", ".join(different.get(column, f"first.{column}") for column in columns)
    items = "agency_code, holder, kind, object_ref, title, path, sender, urgent, sort_on, opened_at, done_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO office_document ({', '.join(columns)}) SELECT {values} "
            f"FROM generate_series({before + 1}, {size}) n, (SELECT * FROM office_document ORDER BY id LIMIT 1) first"
        )
        cursor.execute(
            f"INSERT INTO worklist_item ({items}) SELECT first.agency_code, "
            f"CASE WHEN n % 400 = 0 THEN first.holder ELSE 'post:kemenpan-rb//p' || n % {OFFICIALS} END, first.kind, "
            "'done:' || n, 'Letter ' || n, '/', '', false, current_date, now(), now() "
            f"FROM generate_series({before * DONE_PER_DOCUMENT + 1}, {size * DONE_PER_DOCUMENT}) n, "
            "(SELECT * FROM worklist_item ORDER BY id LIMIT 1) first"
        )
        for table in ("office_document", "worklist_item", "identity_post"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _count_queries(fetch) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        fetch()
    return len(captured)
