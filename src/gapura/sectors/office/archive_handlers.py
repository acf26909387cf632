"""What another archivist decides: closing a year, appraising a folder, lifting a hold."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from gapura.kernel.approvals.plugin import ApprovalHandler
from gapura.kernel.approvals.types import CannotDecideApproval, Proposal
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.actions.archive import (
    APPRAISAL,
    CLOSING,
    LIFTING,
    appraise_folder,
    close_year,
    lift_hold,
)
from gapura.sectors.office.models import FolderHold, FolderTerm, YearClosing
from gapura.sectors.office.types import CannotArchive


class ClosingHandler(ApprovalHandler):
    kind = CLOSING

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        try:
            close_year(actor=actor, payload=request.payload, now=now)
        except CannotArchive as error:
            raise CannotDecideApproval(str(error)) from error

    def get_title(self) -> str:
        return _("Closing of a year's folders")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        report = YearClosing.objects.get(code=request.payload["closing"]).report
        tasks = ", ".join(f"{one['task']}: {one['documents']}" for one in report["by_task"])
        drafts = ", ".join(one["title"] for one in report["open_drafts"])
        return [
            (_("Unit"), report["unit"]),
            (_("Year"), str(report["year"])),
            (_("Folders"), str(len(report["folders"]))),
            (_("Documents"), str(report["documents"])),
            (_("Documents by task"), tasks),
            (_("Drafts that stay open"), drafts or _("none")),
        ]


class AppraisalHandler(ApprovalHandler):
    kind = APPRAISAL

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        try:
            appraise_folder(actor=actor, payload=request.payload, now=now)
        except CannotArchive as error:
            raise CannotDecideApproval(str(error)) from error

    def get_title(self) -> str:
        return _("Appraisal of a folder")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        folder = FolderTerm.objects.select_related("folder").get(code=request.payload["term"]).folder
        return [
            (_("Folder"), f"{folder.code}: {folder.title}"),
            (_("Class and task now"), ", ".join(request.payload["from"])),
            (_("Class and task proposed"), ", ".join(request.payload["to"])),
            (_("Reason"), request.payload["reason"]),
        ]


class FolderLiftingHandler(ApprovalHandler):
    kind = LIFTING

    def carry_out(self, *, actor: Actor, request: Proposal, now: datetime) -> None:
        lift_hold(actor=actor, payload=request.payload, now=now)

    def get_title(self) -> str:
        return _("Lifting of a hold on a folder")

    def list_facts(self, request: Proposal) -> Sequence[tuple[str, str]]:
        hold = FolderHold.objects.select_related("folder").get(code=request.payload["hold"])
        return [
            (_("Folder"), f"{hold.folder.code}: {hold.folder.title}"),
            (_("Held for"), hold.reference),
            (_("Why it may be lifted"), request.payload["reason"]),
        ]
