"""The document's own page, its files in and out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.approvals.queries import get_path
from gapura.kernel.approvals.types import PathAct
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import access_official, get_unit, list_posts_named
from gapura.sectors.office.actions.files import add_attachment, add_picture, import_file, remove_file
from gapura.sectors.office.forms.drafts import DISCLOSURES, REACHES, DraftFileForm
from gapura.sectors.office.models import DocumentReader, OfficialDocument
from gapura.sectors.office.papers import list_papers
from gapura.sectors.office.permissions import can_change_security, can_edit_document
from gapura.sectors.office.printing import list_facts, render_odt, render_page, render_pdf
from gapura.sectors.office.queries import access_draft, find_unit_task
from gapura.sectors.office.queries.documents import reading
from gapura.sectors.office.queries.drafts import (
    anchor_of,
    awaits_paper,
    find_line_of,
    get_file,
    is_returned,
    list_files,
    list_threads,
    list_versions,
)
from gapura.sectors.office.queries.meetings import answers_for
from gapura.sectors.office.queries.secrecy import list_security_changes
from gapura.sectors.office.security import list_security_classes
from gapura.sectors.office.text import list_pieces, parse
from gapura.sectors.office.text.drawing import draw
from gapura.sectors.office.text.nodes import graded
from gapura.sectors.office.types import CannotDraft, Disclosure, DocumentStatus, Reach, ReaderGround
from gapura.sectors.office.views.drafts import list_picture_addresses
from gapura.web.languages import localized, reader_language

GROUNDS = {
    ReaderGround.DRAFTER: _("drafts it"),
    ReaderGround.CO_DRAFTER: _("writes along"),
    ReaderGround.APPROVER: _("is on its line"),
    ReaderGround.HANDLER: _("handles it"),
    ReaderGround.CIRCULATION: _("reads it in circulation"),
}
ACTS = {
    PathAct.STARTED: _("sent it for approval"),
    PathAct.READ: _("read it"),
    PathAct.AGREED: _("agreed"),
    PathAct.OBJECTED: _("objected"),
    PathAct.APPROVED: _("approved"),
    PathAct.REJECTED: _("rejected"),
    PathAct.RETURNED: _("returned it"),
    PathAct.RECALLED: _("recalled it"),
    PathAct.CHANGED: _("sent a new version"),
    PathAct.HELD: _("held it"),
    PathAct.RESUMED: _("went on with it"),
    PathAct.REROUTED: _("changed the route"),
    PathAct.HURRIED: _("called it urgent"),
    PathAct.WITHDRAWN: _("withdrew it"),
    PathAct.ACKNOWLEDGED: _("acknowledged it"),
}
LOOK_AGAIN_SECONDS = 5
"""While the paper is being set."""
_MOST_MARGINS = 400
"""A longer document shows its text whole, and its remarks below: a form at each paragraph would be too much."""
STATUSES = {
    DocumentStatus.DRAFT: (_("Draft"), "neutral"),
    DocumentStatus.ON_LINE: (_("On its way"), "info"),
    DocumentStatus.REGISTERED: (_("Registered"), "success"),
    DocumentStatus.REJECTED: (_("Rejected"), "danger"),
    DocumentStatus.WITHDRAWN: (_("Withdrawn"), "warning"),
}


@require_safe
def show_document(request: HttpRequest, code: str) -> HttpResponse:
    """Head, words, files, path, readers, versions, remarks."""
    actor = access_official(request)
    with reading(actor, code) as document:
        return _show(request, actor, document)


def _show(request: HttpRequest, actor: Actor, document: OfficialDocument) -> HttpResponse:
    line = find_line_of(document)
    papers, readers = list_papers(), list(document.readers.order_by("pk"))
    context = {
        "document": document,
        "paper": papers.get(document.form),
        "status": STATUSES[DocumentStatus(document.status)],
        "unit": get_unit(document.unit_code),
        "task": find_unit_task(document.task_code),
        "reach": REACHES[Reach(document.reach)],
        "security": localized(list_security_classes()[document.security].title),
        "may_classify": can_change_security(actor, document, leads=answers_for(actor, document.unit_code)),
        "class_changed": bool(list_security_changes(document)),
        "disclosure": DISCLOSURES[Disclosure(document.disclosure)],
        "facts": list_facts(document, reader_language()),
        "files": [file for file in list_files(document) if not file.is_picture],
        "line": line,
        "path": get_path(line) if line else [],
        "readers": readers,
        "versions": list_versions(document)[:10],
        "names": _name_holders(readers),
        "grounds": GROUNDS,
        "acts": ACTS,
        "awaits_paper": awaits_paper(document),
        "is_writing": document.status in (DocumentStatus.DRAFT, DocumentStatus.ON_LINE),
        "may_edit": _may_edit(actor, document),
        **_present_words(document),
    }
    response = render(request, "office/document.html", context)
    if context["awaits_paper"]:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


def _name_holders(readers: list[DocumentReader]) -> dict[str, str]:
    """What the posts that are named as readers are called."""
    posts = {reader.holder: reader.holder.removeprefix("post:") for reader in readers}
    titles = list_posts_named(set(posts.values()))
    return {holder: localized(titles[code].title) for holder, code in posts.items() if code in titles}


def _may_edit(actor: Actor, document: OfficialDocument) -> bool:
    if not can_edit_document(actor, document):
        return False
    return document.status == DocumentStatus.DRAFT or is_returned(document)


def _present_words(document: OfficialDocument) -> dict[str, Any]:
    """The text paragraph by paragraph with the remarks on each, or whole where it is long."""
    threads = list_threads(document)
    pieces, tree = list_pieces(document.body), graded(parse(document.body))
    addresses = list_picture_addresses(document)
    if len(pieces) > _MOST_MARGINS or len(pieces) != len(tree.children):
        return {"pieces": [], "whole": _safe(draw(tree, addresses.get)), "threads": threads}
    placed: dict[int, list[Any]] = {}
    for thread in threads:
        if thread.piece is not None:
            placed.setdefault(thread.piece, []).append(thread)
    drawn = (_safe(draw(node, addresses.get)) for node in tree.children)
    shown = [
        (html, anchor_of(piece), placed.get(place, []))
        for place, (html, piece) in enumerate(zip(drawn, pieces, strict=True))
    ]
    return {"pieces": shown, "whole": "", "threads": [one for one in threads if one.piece is None]}


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 – every word of it was escaped where it was drawn


@require_POST
def add_file(request: HttpRequest, code: str) -> HttpResponse:
    """A picture, an attachment, or words to be read."""
    actor = access_official(request)
    access_draft(actor, code)
    form = DraftFileForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise CannotDraft(" ".join(str(error) for errors in form.errors.values() for error in errors))
        file = form.cleaned_data["file"]
        _take(request, actor, code, form.cleaned_data["purpose"], file.name, file.read())
    except CannotDraft as refusal:
        messages.warning(request, str(refusal))
    return redirect("office:edit", code)


def _take(request: HttpRequest, actor: Actor, code: str, purpose: str, name: str, content: bytes) -> None:
    given: dict[str, Any] = {"actor": actor, "code": code, "name": name, "content": content, "now": clock.now()}
    if purpose == "picture":
        kept = add_picture(**given)
        words = gettext("The picture is kept. Put it into the text where it shall stand: %(mark)s")
        messages.success(request, words % {"mark": f"![…]({kept.name})"})
        return
    if purpose == "attachment":
        messages.success(request, gettext("Attached as %(name)s.") % {"name": add_attachment(**given).name})
        return
    imported = import_file(**given)
    messages.success(request, gettext("The words of the file are in the text now. Look through them."))
    if imported.left_out:
        lost = ", ".join(
            f"{LEFT_OUT[kind]} ({number})" for kind, number in imported.left_out.items() if kind in LEFT_OUT
        )
        messages.warning(request, gettext("This could not be carried over: %(what)s.") % {"what": lost})


@require_POST
def take_out(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """A file leaves the draft."""
    try:
        kept = remove_file(actor=access_official(request), code=code, file_code=file_code, now=clock.now())
        messages.success(request, gettext("%(name)s is not in the document any more.") % {"name": kept.name})
    except CannotDraft as refusal:
        messages.warning(request, str(refusal))
    return redirect("office:edit", code)


@require_safe
def send_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """One file of the document: a picture to be shown, anything else to be saved."""
    with reading(access_official(request), code) as document:
        file = get_file(document, file_code)
    return _answer(bytes(file.content), file.media_type, file.name, is_shown=file.is_picture)


@require_safe
def export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The document as PDF, ODT, CommonMark or an HTML page."""
    actor = access_official(request)
    if kind not in EXPORTS:
        raise Http404
    media_type, make = EXPORTS[kind]
    try:
        with reading(actor, code) as document:
            content = make(document)
    except CannotSealDocument as error:
        messages.warning(request, str(error))
        return redirect("office:document", code)
    return _answer(content, media_type, f"{document.code}.{kind}")


def _pdf(document: OfficialDocument) -> bytes:
    return render_pdf(document, now=clock.now())


def _words(document: OfficialDocument) -> bytes:
    return f"# {document.title}\n\n{document.body}".encode()


def _page(document: OfficialDocument) -> bytes:
    return render_page(document).encode()


EXPORTS: dict[str, tuple[str, Callable[[OfficialDocument], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "odt": ("application/vnd.oasis.opendocument.text", render_odt),
    "md": ("text/markdown; charset=utf-8", _words),
    "html": ("text/html; charset=utf-8", _page),
}
LEFT_OUT = {
    "note": _("footnotes"),
    "comment": _("comments"),
    "change": _("tracked changes"),
    "object": _("objects of other programs"),
    "box": _("text boxes"),
    "formula": _("formulas"),
    "picture": _("pictures of other kinds than JPEG and PNG"),
    "head": _("headers and footers"),
    "cell": _("lists or tables inside a table"),
}


def _answer(content: bytes, media_type: str, name: str, *, is_shown: bool = False) -> HttpResponse:
    way = "inline" if is_shown else "attachment"
    headers = {
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type=media_type, headers=headers)
