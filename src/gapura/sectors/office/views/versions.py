"""The versions of a document, and two of them as one text."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.kernel.identity.queries import access_official
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.models import DocumentVersion, OfficialDocument
from gapura.sectors.office.queries import access_document
from gapura.sectors.office.queries.drafts import get_version, list_versions
from gapura.sectors.office.text.comparing import Change, compare


@require_safe
def show_versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every saved state, who saved it; two of them to compare."""
    document = access_document(access_official(request), code)
    is_whole = "all" in request.GET
    context = {"document": document, "versions": list_versions(document, is_whole=is_whole), "is_whole": is_whole}
    return render(request, "office/draft_versions.html", context)


@require_safe
def compare_versions(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions as one text: what went, what came."""
    document = access_document(access_official(request), code)
    first, second = (_version_asked(request, document, name) for name in ("from", "to"))
    changes = compare(first.body, second.body)
    context = {
        "document": document,
        "first": first,
        "second": second,
        "changes": _folded(changes),
        "is_same": all(change.sign == "=" for change in changes),
    }
    return render(request, "office/draft_compare.html", context)


def _version_asked(request: HttpRequest, document: OfficialDocument, name: str) -> DocumentVersion:
    asked = request.GET.get(name, "")
    if not asked.isdecimal() or len(asked) > 9:
        raise AccessDenied
    return get_version(document, int(asked))


def _folded(changes: Sequence[Change]) -> list[tuple[Change | None, int]]:
    """Changes; of a long run of equal paragraphs the first and last, and between them how many there are."""
    rows: list[tuple[Change | None, int]] = []
    run: list[Change] = []
    for change in (*changes, None):
        if change is not None and change.sign == "=":
            run.append(change)
            continue
        rows += [(one, 0) for one in run] if len(run) <= 3 else [(run[0], 0), (None, len(run) - 2), (run[-1], 0)]
        rows += [(change, 0)] if change is not None else []
        run = []
    return rows
