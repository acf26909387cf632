"""What everybody may read of the state's papers: the list by day and agency, and each of them. No account needed."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gapura.foundation.texts import in_language
from gapura.kernel.catalogue.queries import get_agency, list_agencies
from gapura.sectors.office.forms.disclosure import list_grounds
from gapura.sectors.office.models import Publication
from gapura.sectors.office.queries.disclosure import find_publication, list_published
from gapura.sectors.office.text import render_html
from gapura.sectors.office.views.letters import hand_out_file
from gapura.web.languages import reader_language
from gapura.web.tables import as_csv_file

ON_A_PAGE, IN_A_FILE, IN_A_FEED = 50, 5_000, 50
COLUMNS = (
    "number",
    "registered_on",
    "agency",
    "title",
    "disclosure",
    "grounds",
    "closed_until",
    "withdrawn",
    "address",
)


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    rows = list(list_published(**chosen, before=_mark(request.GET.get("after", "")), limit=ON_A_PAGE + 1))
    page = rows[:ON_A_PAGE]
    context = {
        "rows": [(one, _title(one), _agency(one.agency_code)) for one in page],
        "agencies": [(one.code, in_language(one.title, reader_language())) for one in list_agencies()],
        "chosen": chosen,
        "query": _query(chosen),
        "older": f"{page[-1].registered_on.isoformat()}_{page[-1].pk}" if len(rows) > ON_A_PAGE else None,
    }
    return render(request, "office/public_documents.html", context)


@require_safe
def send_csv(request: HttpRequest) -> HttpResponse:
    """The list for a spreadsheet."""
    rows = ([str(row[name] or "") for name in COLUMNS] for row in _plain_rows(request))
    return as_csv_file("public-documents", COLUMNS, rows)


@require_safe
def send_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"documents": _plain_rows(request)})


@require_safe
def send_feed(request: HttpRequest) -> HttpResponse:
    """The newest lines as an Atom feed (RFC 4287)."""
    rows = list(list_published(**_chosen(request), limit=IN_A_FEED))
    entries = [(one, _title(one), _address(one), _agency(one.agency_code)) for one in rows]
    context = {"entries": entries, "home": settings.GAPURA_PUBLIC_ADDRESS.rstrip("/")}
    return render(request, "office/public_feed.xml", context, content_type="application/atom+xml")


@require_safe
def show_document(request: HttpRequest, code: str) -> HttpResponse:
    """A line of the list, and under it what may be read; what was withdrawn says since when and why."""
    publication = _get(code)
    grounds = dict(list_grounds())
    context = {
        "publication": publication,
        "title": _title(publication),
        "agency": _agency(publication.agency_code),
        "grounds": [grounds.get(one, one) for one in publication.grounds],
        "html": render_html(publication.words),
        "files": publication.files.defer("content").order_by("pk"),
        "address": _address(publication),
    }
    return render(request, "office/public_document.html", context)


@require_safe
def fetch_document(request: HttpRequest, code: str) -> HttpResponse:
    publication = _get(code)
    if publication.pdf is None:
        raise Http404
    return hand_out_file(bytes(publication.pdf), f"{publication.code}.pdf", "application/pdf")


@require_safe
def fetch_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    file = _get(code).files.filter(code=file_code).first()
    if file is None:
        raise Http404
    return hand_out_file(bytes(file.content), file.name, file.media_type)


def _get(code: str) -> Publication:
    publication = find_publication(code)
    if publication is None:
        raise Http404
    return publication


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """Agency and day of the query; what is none is left out."""
    agency = request.GET.get("agency", "")
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = None
    known = {one.code for one in list_agencies()}
    return {"agency_code": agency if agency in known else "", "on": on}


def _query(chosen: dict[str, Any]) -> str:
    said = {"agency": chosen["agency_code"], "on": chosen["on"].isoformat() if chosen["on"] else ""}
    return "&".join(f"{name}={value}" for name, value in said.items() if value)


def _mark(text: str) -> tuple[date, int] | None:
    day, _between, pk = text.partition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _plain_rows(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "registered_on": one.registered_on.isoformat(),
            "agency": one.agency_code,
            "title": one.title,
            "disclosure": one.disclosure,
            "grounds": " ".join(one.grounds),
            "closed_until": one.closed_until.isoformat() if one.closed_until else None,
            "withdrawn": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
            "address": _address(one),
        }
        for one in list_published(**_chosen(request), limit=IN_A_FILE)
    ]


def _title(publication: Publication) -> str:
    return publication.title or _("Title not disclosed")


def _address(publication: Publication) -> str:
    return settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + reverse("public-documents:document", args=[publication.code])


def _agency(code: str) -> str:
    return in_language(get_agency(code).title, reader_language())
