"""What the posts of a unit decided in a time: steps on approval lines, letters answered, cases."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gapura.foundation.texts import in_language
from gapura.kernel.approvals.queries import PathEntry
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.queries import Case
from gapura.kernel.identity.queries import list_posts_of_unit
from gapura.sectors.office.models import IncomingLetter, OfficialDocument
from gapura.sectors.office.queries.documents import list_readable_documents
from gapura.sectors.office.queries.drafts import APPROVAL
from gapura.sectors.office.types import Reach
from gapura.web.languages import reader_language

ACTS = {
    PathAct.AGREED: gettext_noop("agreed"),
    PathAct.OBJECTED: gettext_noop("objected"),
    PathAct.APPROVED: gettext_noop("approved"),
    PathAct.REJECTED: gettext_noop("rejected"),
    PathAct.RETURNED: gettext_noop("sent back"),
}


def list_posts_of(units: Sequence[str]) -> list[str]:
    """The codes of the units' posts."""
    return [post.code for unit in units for post in list_posts_of_unit(unit)]


def list_steps_taken(
    actor: Actor, posts: Sequence[str], begin: datetime, end: datetime
) -> list[tuple[str, str, datetime]]:
    """What was decided, the code of the document it was about, and when.

    Of what is no document of the office, or only named people may read, the line's number alone is told.
    """
    taken = PathEntry.objects.filter(post_code__in=posts, act__in=list(ACTS), at__gte=begin, at__lt=end)
    entries = list(taken.select_related("line").order_by("at", "pk"))
    codes = [_code_of(one) for one in entries]
    rows = list_readable_documents(actor).filter(code__in=[code for code in codes if code]).exclude(reach=Reach.NAMED)
    shown: dict[str, OfficialDocument] = {row.code: row for row in rows}
    return [
        (
            f"{shown[code].title if code in shown else entry.line.number} ({_(ACTS[PathAct(entry.act)])})",
            code if code in shown else "",
            entry.at,
        )
        for entry, code in zip(entries, codes, strict=True)
    ]


def list_letters_answered(
    actor: Actor, units: Sequence[str], begin: datetime, end: datetime
) -> list[tuple[str, str, datetime]]:
    """The letters that came to the units and were answered: number and title, code, and when."""
    readable = list_readable_documents(actor).exclude(reach=Reach.NAMED).filter(unit_code__in=units)
    rows = IncomingLetter.objects.filter(answered_at__gte=begin, answered_at__lt=end, document__in=readable)
    return [
        (f"{one.document.number} {one.document.title}", one.document.code, one.answered_at)
        for one in rows.select_related("document").order_by("answered_at", "pk")
        if one.document and one.answered_at
    ]


def count_cases_decided(actor: Actor, posts: Sequence[str], begin: datetime, end: datetime) -> list[tuple[str, int]]:
    """How many cases the posts decided, by the service's title: whose they were is told nowhere."""
    rows = Case.objects.filter(
        agency_code=actor.agency_code, assigned_post__in=posts, decided_at__gte=begin, decided_at__lt=end
    )
    titles, counted = {}, Counter[str]()
    for code, title in rows.order_by("pk").values_list("service_code", "service_title"):
        titles[code] = in_language(title, reader_language())
        counted[code] += 1
    return sorted((titles[code], number) for code, number in counted.items())


def _code_of(entry: PathEntry) -> str:
    """Of the document on the line; nothing where the line is about something else."""
    return entry.line.object_ref.partition(":")[2] if entry.line.kind == APPROVAL else ""
