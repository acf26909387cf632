"""Search over everything an official may open."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from gapura.kernel.identity.queries import access_official, list_units_named
from gapura.kernel.identity.types import Unit
from gapura.sectors.office.queries.findable import FINDABLES
from gapura.sectors.office.queries.finding import find_things
from gapura.sectors.office.types import FindKind
from gapura.web.languages import localized

LONGEST_TEXT = 200
KINDS: Mapping[FindKind, tuple[Promise, Promise]] = {
    FindKind.DOCUMENT: (_("Documents"), _("Document")),
    FindKind.CARD: (_("Task cards"), _("Task card")),
    FindKind.MEMO: (_("Memos"), _("Memo")),
    FindKind.INSTRUCTION: (_("Instructions"), _("Instruction")),
    FindKind.WEEKLY: (_("Weekly reports"), _("Weekly report")),
    FindKind.MEETING: (_("Meetings"), _("Meeting")),
}


@require_safe
def show_search(request: HttpRequest) -> HttpResponse:
    """``?kind=`` keeps to one kind; another word there is as none."""
    actor = access_official(request)
    text, asked = request.GET.get("q", "")[:LONGEST_TEXT].strip(), request.GET.get("kind", "")
    kind = FindKind(asked) if asked in set(FindKind) else None
    found = find_things(actor, text, kinds=[kind] if kind else FINDABLES.keys()) if text else []
    units = list_units_named({one.said.unit_code for one in found})
    context = {
        "text": text,
        "kind": kind,
        "kinds": [(code, KINDS[code][0]) for code in FINDABLES],
        "found": [(one, KINDS[one.kind][1], _called(units, one.said.unit_code)) for one in found],
    }
    return render(request, "office/search.html", context)


def _called(units: Mapping[str, Unit], code: str) -> str:
    return localized(units[code].title) if code in units else code
