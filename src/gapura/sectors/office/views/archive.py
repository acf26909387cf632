"""The archivists' desk: folders and their terms, closing a year, judging anew, holding, and handing over."""

import tempfile
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.texts import in_language
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.queries import access_official, get_unit
from gapura.sectors.office.actions.archive import (
    hold_folder,
    move_to_center,
    propose_appraisal,
    propose_closing,
    propose_lifting,
)
from gapura.sectors.office.actions.packages import build_package
from gapura.sectors.office.actions.transfers import drop_content, record_receipt, send_to_archive
from gapura.sectors.office.forms.archive import (
    AppraisalForm,
    FolderHoldForm,
    FolderLiftingForm,
    FolderSearchForm,
    MoveForm,
    ReceiptForm,
)
from gapura.sectors.office.models import Folder
from gapura.sectors.office.queries.archive import (
    access_folder,
    access_transfer,
    access_unit,
    filter_folders,
    get_archive_rules,
    get_closing_report,
    list_destructions,
    list_due,
    list_folders,
    list_holds_of,
    list_units_with_folders,
    list_years,
)
from gapura.sectors.office.queries.classification import find_unit_task, list_retention_classes, list_unit_tasks
from gapura.sectors.office.queries.documents import cleared_classes
from gapura.sectors.office.types import ARCHIVIST, CannotArchive, Proposal
from gapura.web.languages import reader_language

PAGE = 50
LARGEST_PACKET = 64 * 1024 * 1024
"""Larger ones would lie in the memory of a web process; the command writes them as a stream."""


@require_safe
def show_archive(request: HttpRequest) -> HttpResponse:
    """What is due, what may be closed, and every folder of the office."""
    actor, today = access_official(request, ARCHIVIST), clock.today(settings.TIME_ZONE)
    units = [(code, _unit_title(code)) for code in list_units_with_folders(actor)]
    form = FolderSearchForm(request.GET, units=units)
    given = form.cleaned_data if form.is_valid() else {}
    rows = filter_folders(list_folders(actor), given).select_related("term").order_by("-year", "unit_code", "code")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "due": [(kind, list_due(actor, kind, today=today).count()) for kind in Proposal],
        "years": [
            row | {"title": _unit_title(row["unit_code"])} for row in list_years(actor) if row["year"] < today.year
        ],
        "form": form,
        "page": page,
        "folders": [(folder, _unit_title(folder.unit_code), _task_title(folder.task_code)) for folder in page],
        "destructions": list_destructions(actor)[:20],
        **_around(request, page),
    }
    return render(request, "office/archive/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close_year(request: HttpRequest, year: int, unit_code: str) -> HttpResponse:
    """The report of a unit's year, and the button that asks another archivist to close it."""
    actor = access_official(request, ARCHIVIST)
    access_unit(actor, unit_code)
    refusal = ""
    if request.method == "POST":
        try:
            propose_closing(actor=actor, unit_code=unit_code, year=year, now=clock.now())
        except CannotArchive as error:
            refusal = str(error)
        else:
            messages.success(request, _("Another archivist has been asked. Until they decide the year stays open."))
            return redirect("office:archive")
    report = get_closing_report(unit_code, year)
    tasks = [(_task_title(one["task"]), one["documents"]) for one in report["by_task"]]
    context = {"report": report, "tasks": tasks, "unit": _unit_title(unit_code), "refusal": refusal}
    return render(request, "office/archive/closing.html", context, status=409 if refusal else 200)


@require_safe
def show_folder(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    return _folder_page(request, access_folder(actor, code))


def _folder_page(request: HttpRequest, folder: Folder, refusal: str = "", **forms: Any) -> HttpResponse:
    rules, term = get_archive_rules(), getattr(folder, "term", None)
    cleared = cleared_classes(access_official(request, ARCHIVIST))
    seen = folder.documents.filter(security__in=cleared)
    documents = Paginator(seen.defer("body", "sealed").order_by("registered_at", "code"), PAGE)
    page = documents.get_page(request.GET.get("page"))
    context = {
        "folder": folder,
        "term": term,
        "unit": _unit_title(folder.unit_code),
        "task": _task_title(folder.task_code),
        "retention": _class_title(folder.retention),
        "documents": page,
        "holds": [(hold, in_language(rules.holds[hold.ground], reader_language())) for hold in list_holds_of(folder)],
        "appraisals": folder.appraisals.order_by("-at"),
        "transfer": getattr(folder, "transfer", None),
        "restored": getattr(folder, "restored", None),
        "may_send": term is not None and term.inactive_until <= clock.today(settings.TIME_ZONE),
        "appraisal_form": _appraisal_form(folder),
        "hold_form": _hold_form(),
        "refusal": refusal,
        **_around(request, page),
        **forms,
    }
    return render(request, "office/archive/folder.html", context, status=409 if refusal else 200)


def _around(request: HttpRequest, page: Page) -> dict[str, str | None]:
    """The addresses of the following page and the first one, where there are such."""
    given = request.GET.copy()
    given["page"] = str(page.next_page_number()) if page.has_next() else ""
    older = f"?{given.urlencode()}" if page.has_next() else None
    given["page"] = "1"
    return {"older": older, "newest": f"?{given.urlencode()}" if page.has_previous() else None}


def _appraisal_form(folder: Folder, data: Any = None) -> AppraisalForm:
    classes = [(code, in_language(one.title, reader_language())) for code, one in list_retention_classes().items()]
    tasks = [
        (one.code, f"{one.code} {in_language(one.title, reader_language())}")
        for one in list_unit_tasks(agency_code=folder.agency_code)
    ]
    now = {"retention": folder.retention, "task_code": folder.task_code}
    return AppraisalForm(data, classes=classes, tasks=tasks, initial=now, prefix="appraisal")


def _hold_form(data: Any = None) -> FolderHoldForm:
    grounds = [(code, in_language(title, reader_language())) for code, title in get_archive_rules().holds.items()]
    return FolderHoldForm(data, grounds=grounds, prefix="hold")


@require_POST
def appraise(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    folder = access_folder(actor, code)
    form = _appraisal_form(folder, request.POST)
    if not form.is_valid():
        return _folder_page(request, folder, appraisal_form=form)
    try:
        propose_appraisal(actor=actor, folder_code=code, now=clock.now(), **form.cleaned_data)
    except CannotArchive as refusal:
        return _folder_page(request, folder, str(refusal), appraisal_form=form)
    messages.success(request, _("Another archivist has been asked. Until they decide nothing changes."))
    return redirect("office:archive-folder", code)


@require_POST
def hold(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    folder = access_folder(actor, code)
    form = _hold_form(request.POST)
    if not form.is_valid():
        return _folder_page(request, folder, hold_form=form)
    try:
        hold_folder(actor=actor, folder_code=code, now=clock.now(), **form.cleaned_data)
    except CannotArchive as refusal:
        return _folder_page(request, folder, str(refusal), hold_form=form)
    messages.success(request, _("The folder is held from now on."))
    return redirect("office:archive-folder", code)


@require_POST
def lift(request: HttpRequest, code: str, hold_code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    folder, form = access_folder(actor, code), FolderLiftingForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        propose_lifting(actor=actor, code=hold_code, reason=reason, now=clock.now())
    except CannotArchive as refusal:
        return _folder_page(request, folder, str(refusal))
    messages.success(request, _("Another archivist has been asked. Until they decide the hold stands."))
    return redirect("office:archive-folder", code)


@require_safe
def send_packet(request: HttpRequest, code: str) -> HttpResponse:
    """The folder's packet as a file."""
    actor = access_official(request, ARCHIVIST)
    folder = access_folder(actor, code)
    with tempfile.TemporaryFile() as out:
        try:
            build_package(actor=actor, folder=folder, out=out, now=clock.now())
        except (CannotArchive, CannotSealDocument) as refusal:
            return _folder_page(request, folder, str(refusal))
        if out.tell() > LARGEST_PACKET:
            return _folder_page(
                request,
                folder,
                _("The packet is too large for a browser. Have it written on the server: gapura office package"),
            )
        out.seek(0)
        answer = HttpResponse(out.read(), content_type="application/x-tar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code.replace("/", "-")}.tar"'
    return answer


@require_POST
def transfer(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    folder = access_folder(actor, code)
    try:
        sent = send_to_archive(actor=actor, folder_code=code, now=clock.now())
    except (CannotArchive, CannotSealDocument) as refusal:
        return _folder_page(request, folder, str(refusal))
    return redirect("office:archive-transfer", sent.code)


@require_http_methods(["GET", "HEAD", "POST"])
def show_transfer(request: HttpRequest, code: str) -> HttpResponse:
    """Where a hand-over stands; the archive's receipt is taken here."""
    actor = access_official(request, ARCHIVIST)
    found = access_transfer(actor, code)
    form = ReceiptForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_receipt(actor=actor, code=code, content=form.cleaned_data["receipt"].read(), now=clock.now())
        except CannotArchive as refusal:
            form.add_error("receipt", str(refusal))
        else:
            return redirect("office:archive-transfer", code)
    return render(request, "office/archive/transfer.html", {"transfer": found, "form": form})


@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    actor = access_official(request, ARCHIVIST)
    try:
        drop_content(actor=actor, code=code, now=clock.now())
    except CannotArchive as refusal:
        messages.error(request, str(refusal))
    return redirect("office:archive-transfer", code)


@require_http_methods(["GET", "HEAD", "POST"])
def show_due(request: HttpRequest, kind: str) -> HttpResponse:
    """Folders for which one thing is due; those for the records center are moved from here."""
    actor, today = access_official(request, ARCHIVIST), clock.today(settings.TIME_ZONE)
    if kind not in set(Proposal):
        raise Http404
    terms = list(list_due(actor, Proposal(kind), today=today)[:200])
    choices = [(term.folder.code, f"{term.folder.code}: {term.folder.title}") for term in terms]
    form = MoveForm(request.POST if request.method == "POST" else None, folders=choices)
    if kind == Proposal.CENTER and form.is_valid() and _move(request, actor, form):
        return redirect("office:archive")
    context = {"kind": kind, "terms": [(term, _unit_title(term.folder.unit_code)) for term in terms], "form": form}
    return render(request, "office/archive/due.html", context)


def _move(request: HttpRequest, actor: Actor, form: MoveForm) -> bool:
    try:
        number = move_to_center(actor=actor, folder_codes=form.cleaned_data["folders"], now=clock.now())
    except CannotArchive as refusal:
        form.add_error("folders", str(refusal))
        return False
    messages.success(request, _("Moved to the records center: %(number)s folders.") % {"number": number})
    return True


def _unit_title(code: str) -> str:
    try:
        return in_language(get_unit(code).title, reader_language())
    except LookupError:
        return code


def _task_title(code: str) -> str:
    task = find_unit_task(code)
    return in_language(task.title, reader_language()) if task else code


def _class_title(code: str) -> str:
    found = list_retention_classes().get(code)
    return in_language(found.title, reader_language()) if found else code
