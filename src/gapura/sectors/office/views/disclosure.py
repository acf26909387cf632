"""The information officer's desk: classes of records, and what is taken out of them for the public."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.sectors.office.actions.disclosure import set_disclosure
from gapura.sectors.office.actions.publication import publish_document, withdraw_publication
from gapura.sectors.office.actions.redaction import (
    decide_redaction,
    marks_of,
    preview,
    propose_redaction,
    redact_document,
    save_redaction,
    show_file_page,
)
from gapura.sectors.office.forms.disclosure import (
    DecisionForm,
    DisclosureForm,
    FileChoiceForm,
    MarkForm,
    ReasonForm,
    list_grounds,
)
from gapura.sectors.office.models import OfficialDocument, Publication, Redaction
from gapura.sectors.office.queries.disclosure import (
    access_redaction,
    access_to_disclose,
    list_closed_documents,
    list_open_redactions,
    parts_of,
    suggest_redactions,
)
from gapura.sectors.office.queries.drafts import list_files
from gapura.sectors.office.queries.information import list_requests
from gapura.sectors.office.redaction import Find, Mark
from gapura.sectors.office.types import DISCLOSURE_ROLE, CannotDisclose, RedactionState
from gapura.web.middleware import CONTENT_SECURITY_POLICY


@require_safe
def show_desk(request: HttpRequest) -> HttpResponse:
    """What waits, and what is not open. A number or code leads to its document."""
    actor = access_official(request, DISCLOSURE_ROLE)
    wanted = request.GET.get("number", "").strip()
    if wanted and (found := _find(actor, wanted)):
        return redirect("office:disclosure-document", found)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    closed = list_closed_documents(actor, before=before)
    context = {
        "wanted": wanted,
        "requests": list_requests(actor),
        "redactions": list_open_redactions(actor),
        "closed": closed,
        "older": closed[-1].pk if len(closed) == 50 else None,
        "grounds": dict(list_grounds()),
    }
    return render(request, "office/disclosure.html", context)


def _find(actor: Actor, wanted: str) -> str | None:
    own = OfficialDocument.objects.filter(agency_code=actor.agency_code or "", status="registered")
    found = own.filter(number=wanted).first() or own.filter(code=wanted).first()
    return found.code if found else None


@require_http_methods(["GET", "HEAD", "POST"])
def show_document(request: HttpRequest, code: str) -> HttpResponse:
    """A record's class, its history, and what of it is public."""
    actor = access_official(request, DISCLOSURE_ROLE)
    document = access_to_disclose(actor, code)
    form = DisclosureForm(
        request.POST if request.method == "POST" else None,
        initial={
            "disclosure": document.disclosure,
            "ground": document.disclosure_ground,
            "closed_until": document.closed_until,
        },
    )
    if form.is_valid() and _attempt(
        form, lambda: set_disclosure(actor=actor, code=code, now=clock.now(), **form.cleaned_data)
    ):
        messages.success(request, _("The class is changed."))
        return redirect("office:disclosure-document", code)
    context = {
        "document": document,
        "form": form,
        "reason_form": ReasonForm(),
        "changes": document.disclosure_changes.order_by("pk"),
        "publication": Publication.objects.defer("pdf").filter(document_code=code).first(),
        "found": suggest_redactions(parts_of(document)),
        "grounds": dict(list_grounds()),
    }
    return render(request, "office/disclosure_document.html", context)


@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, DISCLOSURE_ROLE)
    document = access_to_disclose(actor, code)
    _say(request, lambda: publish_document(actor=actor, document=document, now=clock.now()), _("It is public now."))
    return redirect("office:disclosure-document", code)


@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, DISCLOSURE_ROLE)
    access_to_disclose(actor, code)
    publication = Publication.objects.filter(document_code=code).first()
    if publication is None:
        raise Http404
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    _say(
        request,
        lambda: withdraw_publication(actor=actor, code=publication.code, reason=reason, now=clock.now()),
        _("It is withdrawn. Its line in the list says so."),
    )
    return redirect("office:disclosure-document", code)


@require_POST
def start_redaction(request: HttpRequest, code: str) -> HttpResponse:
    redaction = redact_document(actor=access_official(request, DISCLOSURE_ROLE), code=code, now=clock.now())
    return redirect("office:redaction", redaction.code)


@require_http_methods(["GET", "HEAD", "POST"])
def show_redaction(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what goes; beside it what is left."""
    actor = access_official(request, DISCLOSURE_ROLE)
    redaction = access_redaction(actor, code)
    parts, sent = parts_of(redaction.document), request.POST if request.method == "POST" else None
    found = suggest_redactions(parts)
    lines = [f"{part}:{number}" for part, text in parts.items() for number, _line in enumerate(text.split("\n"))]
    form = MarkForm(sent, lines=lines, found=[str(number) for number in range(len(found))])
    if form.is_valid():
        marks = _with_new(marks_of(redaction), form, found)
        if _attempt(
            form, lambda: save_redaction(actor=actor, code=code, marks=marks, files=redaction.files, now=clock.now())
        ):
            return redirect("office:redaction", code)
    return _show(request, actor, redaction, form, found)


def _with_new(marks: list[Mark], form: MarkForm, found: list[Find]) -> list[Mark]:
    given, ground = form.cleaned_data, form.cleaned_data["ground"]
    new = [Mark(ground, part=one.rpartition(":")[0], line=int(one.rpartition(":")[2])) for one in given["lines"]]
    new += [Mark(ground, words=found[int(one)].words) for one in given["found"]]
    new += [Mark(ground, words=line.strip()) for line in given["words"].splitlines() if line.strip()]
    return list(dict.fromkeys([*marks, *new]))


def _show(request: HttpRequest, actor: Actor, redaction: Redaction, form: MarkForm, found: list[Find]) -> HttpResponse:
    marks = marks_of(redaction)
    gone = {(mark.part, mark.line) for mark in marks if mark.part}
    words = {mark.words for mark in marks}
    parts = parts_of(redaction.document)
    context: dict[str, Any] = {
        "redaction": redaction,
        "document": redaction.document,
        "form": form,
        "grounds": dict(list_grounds()),
        "marks": list(enumerate(marks)),
        "rows": [
            (part, number, line, (part, number) in gone)
            for part, text in parts.items()
            for number, line in enumerate(text.split("\n"))
            if line.strip()
        ],
        "found": [(number, one) for number, one in enumerate(found) if one.words not in words],
        "left": preview(redaction),
        "files": [
            (
                file,
                redaction.files.get(file.code),
                FileChoiceForm(auto_id=f"id_{file.code}_%s", initial=_chosen(redaction, file.code)),
            )
            for file in list_files(redaction.document)
        ],
        "decision": DecisionForm(initial={"digest": redaction.digest}),
        "is_open": redaction.state == RedactionState.DRAFT,
        "can_decide": redaction.state == RedactionState.PROPOSED and actor.person_number != redaction.made_by_person,
    }
    response = render(request, "office/redaction.html", context)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; script-src 'self'"  # boxes.js
    return response


def _chosen(redaction: Redaction, file_code: str) -> dict[str, Any]:
    choice = redaction.files.get(file_code, {"do": "withhold"})
    return {**choice, "boxes": "\n".join(" ".join(map(str, box)) for box in choice.get("boxes", []))}


@require_POST
def remove_marks(request: HttpRequest, code: str) -> HttpResponse:
    """Take marks back; ``mark`` names them by their place."""
    actor = access_official(request, DISCLOSURE_ROLE)
    redaction = access_redaction(actor, code)
    back = set(request.POST.getlist("mark"))
    kept = [mark for number, mark in enumerate(marks_of(redaction)) if str(number) not in back]
    _say(request, lambda: save_redaction(actor=actor, code=code, marks=kept, files=redaction.files, now=clock.now()))
    return redirect("office:redaction", code)


@require_POST
def choose_file(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """What becomes of one file."""
    actor = access_official(request, DISCLOSURE_ROLE)
    redaction = access_redaction(actor, code)
    form = FileChoiceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("office:redaction", code)
    choice = {name: value for name, value in form.cleaned_data.items() if value}
    if choice["do"] != "boxes":
        choice.pop("boxes", None)
    files = {**redaction.files, file_code: choice}
    _say(
        request,
        lambda: save_redaction(actor=actor, code=code, marks=marks_of(redaction), files=files, now=clock.now()),
        _("Kept."),
    )
    return redirect("office:redaction", code)


@require_safe
def show_page(request: HttpRequest, code: str, file_code: str, page: int) -> HttpResponse:
    """A page of a file with a ruler, as a picture."""
    redaction = access_redaction(access_official(request, DISCLOSURE_ROLE), code)
    file = next((one for one in list_files(redaction.document) if one.code == file_code), None)
    if file is None:
        raise Http404
    try:
        picture = show_file_page(file, page)
    except CannotDisclose as refusal:
        raise Http404 from refusal
    return HttpResponse(picture, content_type="image/jpeg")


@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, DISCLOSURE_ROLE)
    access_redaction(actor, code)
    _say(
        request,
        lambda: propose_redaction(actor=actor, code=code, now=clock.now()),
        _("Another information officer decides now."),
    )
    return redirect("office:redaction", code)


@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponse:
    """Approve, which publishes, or send back."""
    actor = access_official(request, DISCLOSURE_ROLE)
    access_redaction(actor, code)
    form = DecisionForm(request.POST)
    if form.is_valid():
        _say(
            request,
            lambda: decide_redaction(
                actor=actor,
                code=code,
                approve="approve" in request.POST,
                seen_digest=form.cleaned_data["digest"],
                opinion=form.cleaned_data["opinion"],
                now=clock.now(),
            ),
            _("Decided."),
        )
    return redirect("office:redaction", code)


def _attempt(form: Any, act: Callable[[], object]) -> bool:
    """Whether it was done; if not, the form says why."""
    try:
        act()
    except CannotDisclose as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _say(request: HttpRequest, act: Callable[[], object], done: str = "") -> None:
    try:
        act()
    except CannotDisclose as refusal:
        messages.warning(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
