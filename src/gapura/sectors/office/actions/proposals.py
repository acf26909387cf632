"""What has fallen due goes into the archivists' basket: one item for each kind in each office."""

from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from gapura.kernel.worklist.actions import close_work, open_work
from gapura.kernel.worklist.types import Holder
from gapura.sectors.office.models import Folder
from gapura.sectors.office.queries.archive import due_terms
from gapura.sectors.office.types import ARCHIVIST, Proposal

DUE_WORK = "office.archive"
_TITLES = {
    Proposal.CENTER: _("Folders to move to the records center: %(number)s"),
    Proposal.NATIONAL: _("Folders to hand to the national archive: %(number)s"),
    Proposal.DESTROY: _("Folders to put before a committee: %(number)s"),
    Proposal.APPRAISE: _("Folders to appraise: %(number)s"),
}


def tell_archivists(*, today: date, now: datetime) -> int:
    """Bring the basket up to date with what is due today; how many items stand in it. Safe to repeat."""
    offices = Folder.objects.order_by().values_list("agency_code", "office_code").distinct()
    told = 0
    for kind in Proposal:
        rows = due_terms(kind, today=today).order_by().values_list("folder__agency_code", "folder__office_code")
        due = {(agency, office): number for agency, office, number in rows.annotate(Count("pk"))}
        for agency, office in sorted(offices):
            _tell(kind, agency, office, due.get((agency, office), 0), now)
        told += len(due)
    return told


def _tell(kind: Proposal, agency_code: str, office_code: str, number: int, now: datetime) -> None:
    reference = f"due:{kind.value}:{agency_code}/{office_code}"
    if not number:
        close_work(kind=DUE_WORK, object_ref=reference, now=now)
        return
    open_work(
        kind=DUE_WORK,
        object_ref=reference,
        holder=Holder.role(agency_code, office_code, ARCHIVIST),
        title=str(_TITLES[kind]) % {"number": number},
        path=f"/desk/office/archive/due/{kind.value}/",
        now=now,
    )
