"""Whether what came back is the house that was copied: run in the restored house, knowing only it and the list."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from gapura.foundation import clock
from gapura.foundation.notes import BadNote
from gapura.kernel.audit.actions import integrate_events
from gapura.kernel.audit.queries import get_latest_checkpoint, list_findings
from gapura.kernel.audit.types import LogKeyMissing, LogRolledBack, system_actor
from gapura.kernel.documents.queries import NotADocument, find_document, get_content, iterate_codes, verify_file
from gapura.kernel.documents.types import VerificationOutcome
from gapura.kernel.operations.actions.destroyed import destroy_again
from gapura.kernel.operations.backup.databases import count_rows
from gapura.kernel.operations.types import Deed

SAMPLE = 25
MOST_CODES = 100_000
_OURS = set(VerificationOutcome) - {VerificationOutcome.ALTERED, VerificationOutcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Check:
    """One step of a cold start: what was looked at, how much of it, and what differs."""

    name: str
    looked_at: int
    differences: tuple[str, ...]


def list_checks(rows: Mapping[str, int], deeds: Sequence[Deed]) -> list[tuple[str, Callable[[], Check]]]:
    """The steps in the order in which the parts depend on each other.

    What ``deeds`` name is destroyed again when the copy was found to be what it was, and before a page is served.
    """
    return [
        ("rows", lambda: check_rows(rows)),
        ("tables", check_migrations),
        ("log", check_log),
        ("documents", check_documents),
        ("destroyed", lambda: end_again(deeds)),
        ("pages", check_pages),
    ]


def run_check(name: str, check: Callable[[], Check]) -> Check:
    """The check's result; a database it cannot even be run on is a difference, not an end."""
    try:
        return check()
    except DatabaseError as error:
        return Check(name, 0, (f"{name} could not be checked: {error}",))


def check_rows(expected: Mapping[str, int]) -> Check:
    """Every table has the rows it had."""
    found = count_rows()
    differences = [
        f"table {table}: {number} rows were copied, {found.get(table, 0)} came back"
        for table, number in expected.items()
        if found.get(table) != number
    ]
    return Check("rows", sum(found.values()), tuple(differences))


def check_migrations() -> Check:
    """The tables are those of this version."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Check(
        "tables", len(executor.loader.applied_migrations), tuple(f"{one} is not applied" for one, _ in waiting)
    )


def check_log() -> Check:
    """The newest checkpoint is signed by the log's key, every row is as it was written, and the log goes on."""
    newest = get_latest_checkpoint()
    try:
        findings = list_findings()
        integrate_events()
    except (LogKeyMissing, LogRolledBack, BadNote) as error:
        return Check("log", newest.size if newest else 0, (str(error),))
    return Check("log", newest.size if newest else 0, tuple(f"{one.kind}: {one.what}" for one in findings))


def check_documents(sample: int = SAMPLE) -> Check:
    """Documents of all ages still are what they were sealed as."""
    known = list(islice(iterate_codes(), MOST_CODES))
    codes = secrets.SystemRandom().sample(known, min(sample, len(known)))
    differences = [f"a document is {outcome}" for outcome in map(_verify, codes) if outcome not in _OURS]
    return Check("documents", len(codes), tuple(differences))


def _verify(code: str) -> str:
    document = find_document(code)
    try:
        return verify_file(get_content(document), today=clock.today("UTC")).outcome if document else "missing"
    except NotADocument:
        return "no document any more"


def end_again(deeds: Sequence[Deed]) -> Check:
    """What was lawfully destroyed after the copy is gone again; ``looked_at``: what had come back."""
    gone, differences = destroy_again(actor=system_actor("restore"), deeds=deeds, now=clock.now())
    return Check("destroyed", gone, tuple(differences))


def check_pages() -> Check:
    """The first page and the readiness of the house, through the whole stack."""
    client = Client(SERVER_NAME="localhost")
    answers = {path: client.get(path).status_code for path in ("/", "/health/ready")}
    return Check(
        "pages", len(answers), tuple(f"{path} answered {status}" for path, status in answers.items() if status != 200)
    )
