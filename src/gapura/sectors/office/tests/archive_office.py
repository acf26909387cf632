"""An office with archivists, an authority of its own, and years of records to close, hand over and destroy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from gapura.kernel.approvals.actions import grant_approval
from gapura.kernel.approvals.queries import list_open_approvals
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.identity.actions import place_post
from gapura.kernel.identity.queries import list_capacities
from gapura.kernel.identity.testing import make_official
from gapura.sectors.office.actions.archive import propose_closing
from gapura.sectors.office.actions.packages import build_package
from gapura.sectors.office.models import Folder, OfficialDocument
from gapura.sectors.office.testing import AGENCY, STANDARDS, Office, make_document, make_office

THEN = datetime(2026, 3, 2, 3, tzinfo=UTC)
CLOSED = datetime(2027, 1, 11, 3, tzinfo=UTC)
DUE = datetime(2040, 1, 11, 3, tzinfo=UTC)
TASK = "OT.02"
_ARCHIVISTS = {"archivist": "3171016003850081", "second": "3171016003850082", "third": "3171016003850083"}


@dataclass(frozen=True, slots=True)
class Archive:
    """The office's people, and three archivists."""

    office: Office
    archivist: Actor
    second: Actor
    third: Actor


def make_archive() -> Archive:
    office, found = make_office(), {}
    for name, number in _ARCHIVISTS.items():
        post = f"{AGENCY}//{name}"
        account = make_official(name, person_number=number, post_code=post, roles=("office.archivist",))
        place_post(actor=system_actor("test"), code=post, unit_code=STANDARDS, rank="staff")
        account.refresh_from_db()
        capacities = list_capacities(account, on=date(2026, 11, 23))
        found[name] = next(one.actor for one in capacities if one.actor.post_code == post)
    return Archive(office, **found)


def make_folder(actor: Actor, *, retention: str = "five-years", task: str = TASK, year: int = 2026) -> Folder:
    folder: Folder = Folder.objects.create(
        code=f"{actor.unit_code}/{task}/{year}",
        agency_code=actor.agency_code,
        office_code=actor.office_code,
        unit_code=actor.unit_code,
        task_code=task,
        year=year,
        title="Standards of service",
        retention=retention,
        opened_on=date(year, 1, 5),
    )
    return folder


def file_document(actor: Actor, folder: Folder, serial: int, **chosen: Any) -> OfficialDocument:
    """A registered document in the folder."""
    values: dict[str, Any] = {
        "status": "registered",
        "folder": folder,
        "task_code": folder.task_code,
        "retention": folder.retention,
        "number": f"B/{serial}/{folder.task_code}/{folder.year}",
        "serial": serial,
        "year": folder.year,
        "registered_at": THEN,
    }
    return make_document(actor, now=THEN, **values | chosen)


def approve(actor: Actor, *, now: datetime) -> None:
    """The one thing that waits for this archivist."""
    (request,) = list_open_approvals(actor)
    grant_approval(actor=actor, request_id=request.pk, note="", now=now)


def make_closed_folder(
    archive: Archive, titles: Sequence[str] = ("First", "Second"), *, serial: int = 1, words: str = "", **chosen: Any
) -> Folder:
    """A folder with these documents, numbered from ``serial``, that two archivists have closed; ``words`` in each."""
    folder = make_folder(archive.office.analyst, **chosen)
    for number, title in enumerate(titles, serial):
        file_document(archive.office.analyst, folder, number, title=title, **({"body": words} if words else {}))
    propose_closing(actor=archive.archivist, unit_code=STANDARDS, year=folder.year, now=CLOSED)
    approve(archive.second, now=CLOSED)
    folder.refresh_from_db()
    return folder


def pack(archive: Archive, folder: Folder, *, now: datetime = CLOSED) -> bytes:
    out = BytesIO()
    build_package(actor=archive.archivist, folder=folder, out=out, now=now)
    return out.getvalue()
