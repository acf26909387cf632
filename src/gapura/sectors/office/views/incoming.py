"""What came in: the box, one letter with what can be done with it, and letters on paper."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.foundation.codes import new_code
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_agency, list_agencies
from gapura.kernel.identity.queries import access_official, list_posts, list_units
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.dispatch import pass_on_document
from gapura.sectors.office.actions.distribution import distribute_document, finish_assignment
from gapura.sectors.office.actions.letter_files import clean_file
from gapura.sectors.office.actions.receipt import (
    accept_letter,
    answer_recall,
    move_letter,
    record_paper,
    return_letter,
)
from gapura.sectors.office.forms.registering import (
    LARGEST_SCAN,
    AcceptForm,
    Choices,
    HandOutForm,
    MoveForm,
    NoteForm,
    PaperLetterForm,
    PassOnForm,
    ReasonForm,
)
from gapura.sectors.office.models import IncomingLetter
from gapura.sectors.office.parcels import unpack_letter
from gapura.sectors.office.queries.classification import list_unit_tasks, suggest_unit_tasks
from gapura.sectors.office.queries.dispatches import (
    access_incoming,
    has_assignment,
    is_registrar_of,
    list_assignments,
    list_incoming,
    list_registering_units,
)
from gapura.sectors.office.text import words_of
from gapura.sectors.office.types import DispatchReceiver, IncomingState, OfficeRefusal
from gapura.web.languages import reader_language

STATES = {
    IncomingState.ARRIVED: (gettext_lazy("To be accepted"), "warning"),
    IncomingState.ACCEPTED: (gettext_lazy("Accepted"), "success"),
    IncomingState.RETURNED: (gettext_lazy("Returned"), "neutral"),
    IncomingState.PASSED_ON: (gettext_lazy("Passed on"), "neutral"),
    IncomingState.WITHDRAWN: (gettext_lazy("Given back"), "neutral"),
}
BOXES = {
    "new": gettext_lazy("To be accepted"),
    "open": gettext_lazy("To be answered"),
    "late": gettext_lazy("Overdue"),
    "all": gettext_lazy("All"),
}


@require_safe
def show_incoming(request: HttpRequest) -> HttpResponse:
    """The box of the registrar and of who leads: what is new, what waits for an answer, what is late."""
    actor = access_official(request)
    box = request.GET.get("box", "new")
    box = box if box in BOXES else "new"
    today = clock.today(settings.TIME_ZONE)
    letters = list_incoming(actor, box=box, on=today)[:200]
    context = {
        "letters": [(one, STATES[IncomingState(one.state)]) for one in letters],
        "boxes": BOXES,
        "box": box,
        "today": today,
        "may_record": bool(list_registering_units(actor)),
    }
    return render(request, "office/incoming.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_letter(request: HttpRequest, code: str) -> HttpResponse:
    """One letter, and what the official may do with it now."""
    actor = access_official(request)
    letter = access_incoming(actor, code)
    offered = _offer(actor, letter)
    act = request.POST.get("act", "")
    refused: forms.Form | None = None
    if request.method == "POST":
        if act not in offered:
            raise Http404
        form = offered[act] = _fresh(actor, letter, act, request.POST)
        if form.is_valid() and _carry_out(request, actor, letter, act, form):
            return redirect("office:incoming-letter", code)
        refused = form
    return render(
        request, "office/incoming_letter.html", _page_of(letter, offered, refused), status=422 if refused else 200
    )


@require_safe
def send_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The sealed PDF or the scan, as it came."""
    letter = access_incoming(access_official(request), code)
    content = bytes(letter.document.sealed or b"") if letter.document else _kept(letter, "sealed")
    return _as_file(content, "application/pdf", f"{code}.pdf")


@require_safe
def send_enclosure(request: HttpRequest, code: str, place: int) -> HttpResponse:
    """A file that lies in a letter which nobody accepted yet."""
    letter = access_incoming(access_official(request), code)
    files = unpack_letter(bytes(letter.parcel)).files if letter.parcel else ()
    if not place < len(files):
        raise Http404
    return _as_file(files[place].content, "application/octet-stream", files[place].name)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper(request: HttpRequest) -> HttpResponse:
    """A letter that came on paper: its scan, and what stands on it."""
    actor = access_official(request)
    units = list_registering_units(actor)
    if not units:
        raise AccessDenied
    form = PaperLetterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        units=[(unit.code, in_language(unit.title, reader_language())) for unit in units],
        initial={"key": new_code(11)},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            _name, _kind, scan = clean_file(given["scan"].name, given["scan"].read(), most_bytes=LARGEST_SCAN)
            letter = record_paper(
                actor=actor,
                unit_code=given["unit"],
                title=given["title"],
                sender_label=given["sender"],
                their_number=given["number"],
                their_date=given["day"],
                scan=scan,
                urgent=given["urgent"],
                key=given["key"],
                now=clock.now(),
            )
        except OfficeRefusal as refusal:
            form.add_error("scan", str(refusal))
        else:
            return redirect("office:incoming-letter", letter.code)
    return render(request, "office/incoming_paper.html", {"form": form})


def _offer(actor: Actor, letter: IncomingLetter) -> dict[str, forms.Form]:
    """What can be done with the letter now, each with its empty form."""
    acts: list[str] = []
    may_decide = is_registrar_of(actor, letter)
    if letter.state == IncomingState.ARRIVED and may_decide:
        acts += ["accept", "move", "return"]
    if letter.state == IncomingState.ACCEPTED:
        mine = has_assignment(actor, letter)
        acts += ["hand-out"] if may_decide or mine else []
        acts += ["finish"] if mine else []
        acts += ["pass-on"] if may_decide else []
    is_asked = letter.recall_asked_at is not None and letter.recall_refused_at is None
    if is_asked and may_decide and letter.state in (IncomingState.ARRIVED, IncomingState.ACCEPTED):
        acts += ["give-back", "keep"]
    return {act: _fresh(actor, letter, act, None) for act in acts}


def _fresh(actor: Actor, letter: IncomingLetter, act: str, data: Any) -> forms.Form:
    agency = letter.agency_code
    if act == "accept":
        initial = {"unit": letter.unit_code, "title": letter.title, "wants_answer": True}
        return AcceptForm(data, tasks=_tasks(letter), units=_units(agency), initial=initial, auto_id=f"{act}-%s")
    if act == "move":
        return MoveForm(data, units=_units(agency), auto_id=f"{act}-%s")
    if act == "hand-out":
        return HandOutForm(data, holders=holders_of_agency(agency), auto_id=f"{act}-%s")
    if act == "pass-on":
        others = [one for one in list_agencies() if one.code != agency]
        titles = [(one.code, in_language(one.title, reader_language())) for one in others]
        return PassOnForm(data, agencies=titles, auto_id=f"{act}-%s")
    if act == "finish":
        return NoteForm(data, auto_id=f"{act}-%s")
    form = ReasonForm(data, auto_id=f"{act}-%s")
    form.fields["reason"].required = act != "give-back"
    return form


def _carry_out(request: HttpRequest, actor: Actor, letter: IncomingLetter, act: str, form: forms.Form) -> bool:
    """False: it was refused, and the form says why."""
    given, now = form.cleaned_data, clock.now()
    code = letter.code
    works: dict[str, Callable[[], object]] = {
        "accept": lambda: accept_letter(
            actor=actor,
            code=code,
            task_code=given["task"],
            unit_code=given["unit"],
            title=given["title"],
            wants_answer=given["wants_answer"],
            answer_due_on=given["answer_due_on"],
            now=now,
        ),
        "move": lambda: move_letter(actor=actor, code=code, unit_code=given["unit"], now=now),
        "return": lambda: return_letter(actor=actor, code=code, reason=given["reason"], now=now),
        "hand-out": lambda: distribute_document(
            actor=actor, code=code, holders=given["holders"], note=given["note"], due_on=given["due_on"], now=now
        ),
        "finish": lambda: finish_assignment(actor=actor, code=code, note=given["note"], now=now),
        "pass-on": lambda: pass_on_document(
            actor=actor, code=code, receiver=_mail_room(given["agency"]), note=given["note"], now=now
        ),
        "give-back": lambda: answer_recall(actor=actor, code=code, agreed=True, reason=given["reason"], now=now),
        "keep": lambda: answer_recall(actor=actor, code=code, agreed=False, reason=given["reason"], now=now),
    }
    try:
        works[act]()
    except OfficeRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Done."))
    return True


def _page_of(letter: IncomingLetter, offered: dict[str, forms.Form], refused: forms.Form | None) -> dict[str, Any]:
    kept = unpack_letter(bytes(letter.parcel)) if letter.parcel else None
    document = letter.document
    return {
        "letter": letter,
        "document": document,
        "state": STATES[IncomingState(letter.state)],
        "forms": offered,
        "refused": refused,
        "words": words_of(document.body if document else kept.body if kept else ""),
        "files": [one.name for one in kept.files] if kept else [],
        "has_paper": bool(document.sealed if document else kept.sealed if kept else b""),
        "assignments": list_assignments(letter),
        "replies": list(document.replies.exclude(number="").order_by("pk")) if document else [],
        "today": clock.today(settings.TIME_ZONE),
    }


def holders_of_agency(agency_code: str) -> Choices:
    """Units and posts of the agency that can have work, units first."""
    posts = [
        (f"post:{post.code}", in_language(post.title, reader_language()))
        for post in list_posts(agency_code=agency_code)
        if post.unit_code
    ]
    return [*((f"unit:{code}", title) for code, title in _units(agency_code)), *posts]


def _tasks(letter: IncomingLetter) -> Choices:
    """The agency's tasks: those that fit the letter first, with the words that say so."""
    kept = unpack_letter(bytes(letter.parcel)) if letter.parcel else None
    titles = {
        task.code: f"{task.code} {in_language(task.title, reader_language())}"
        for task in list_unit_tasks(agency_code=letter.agency_code)
    }
    unit = letter.unit_code or next((code for code, _title in _units(letter.agency_code)), "")
    fitting = suggest_unit_tasks(letter.title, words_of(kept.body) if kept else "", unit) if unit else []
    first = [(one.code, f"{titles[one.code]} ({', '.join(one.reasons)})") for one in fitting if one.code in titles]
    return [*first, *((code, title) for code, title in titles.items() if code not in dict(first))]


def _units(agency_code: str) -> Choices:
    units = [unit for unit in list_units(agency_code=agency_code) if unit.ended_on is None]
    return [(unit.code, in_language(unit.title, reader_language())) for unit in units]


def _mail_room(agency_code: str) -> DispatchReceiver:
    return DispatchReceiver(get_agency(agency_code).short_title, agency_code)


def _kept(letter: IncomingLetter, name: str) -> bytes:
    content = getattr(unpack_letter(bytes(letter.parcel)), name) if letter.parcel else b""
    return bytes(content)


def _as_file(content: bytes, kind: str, name: str) -> HttpResponse:
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type=kind)
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    return answer
