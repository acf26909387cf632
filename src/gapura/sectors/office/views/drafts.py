"""Writing: the list of documents, beginning one, the editor, its versions, remarks and writers, sending it off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_posts_named, list_posts_of_unit
from gapura.sectors.office.actions.comments import add_comment, answer_comment, resolve_comment
from gapura.sectors.office.actions.disclosure import set_disclosure
from gapura.sectors.office.actions.drafts import (
    Saved,
    change_particulars,
    checked_body,
    create_draft,
    drop_draft,
    name_writer,
    remove_writer,
    save_draft,
    settle_conflicts,
)
from gapura.sectors.office.forms.drafts import (
    BeginForm,
    CommentForm,
    DraftFileForm,
    DraftForm,
    ParticularsForm,
    WriterForm,
)
from gapura.sectors.office.models import OfficialDocument
from gapura.sectors.office.papers import get_paper
from gapura.sectors.office.queries import access_draft, find_unit_task, list_unit_tasks
from gapura.sectors.office.queries.classification import suggest_unit_tasks
from gapura.sectors.office.queries.documents import cleared_classes, list_readable_documents
from gapura.sectors.office.queries.drafts import (
    is_returned,
    list_drafts,
    list_files,
    list_writers,
)
from gapura.sectors.office.text import render_html
from gapura.sectors.office.text.merging import list_conflicts
from gapura.sectors.office.types import CannotDisclose, CannotDraft, DocumentStatus, OfficeRefusal, Reach
from gapura.web.languages import localized, reader_language
from gapura.web.middleware import CONTENT_SECURITY_POLICY

_LATEST = 30
_WITH_OUR_SCRIPTS = f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"


@require_safe
def show_documents(request: HttpRequest) -> HttpResponse:
    """What the official writes, and what their unit registered last."""
    actor = access_official(request)
    of_unit = {"agency_code": actor.agency_code, "unit_code": actor.unit_code, "status": DocumentStatus.REGISTERED}
    latest = list_readable_documents(actor).filter(**of_unit).defer("body", "sealed").order_by("-changed_at", "-pk")
    context = {"drafts": list(list_drafts(actor)[:_LATEST]), "latest": list(latest[:_LATEST])}
    return render(request, "office/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_document(request: HttpRequest) -> HttpResponse:
    """First the task, which suggests itself from the title; then the form, and the draft is there."""
    actor = access_official(request)
    task = find_unit_task(request.GET.get("task", ""))
    title = request.GET.get("title", "").strip()
    if task is None:
        return render(request, "office/draft_task.html", {"title": title, **_list_tasks(actor, title)})
    initial = {"title": title, "language": reader_language(), "form": "note"}
    form = BeginForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            document = create_draft(actor=actor, task_code=task.code, now=clock.now(), **form.cleaned_data)
        except CannotDraft as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("office:edit", document.code)
    return render(request, "office/draft_begin.html", {"form": form, "task": task})


def _list_tasks(actor: Actor, title: str) -> dict[str, Any]:
    """Tasks that fit the title with the reasons, and those that have its words."""
    tasks = {task.code: task for task in list_unit_tasks(agency_code=actor.agency_code or "")}
    found = suggest_unit_tasks(title, "", actor.unit_code, limit=5) if title and actor.unit_code else []
    return {"suggested": [(tasks[one.code], one) for one in found if one.code in tasks], "tasks": tasks.values()}


@require_http_methods(["GET", "HEAD", "POST"])
def edit_draft(request: HttpRequest, code: str) -> HttpResponse:
    """The editor; what somebody else wrote meanwhile is merged in when it is saved."""
    actor = access_official(request)
    document = access_draft(actor, code)
    if document.status == DocumentStatus.ON_LINE and not is_returned(document):
        return redirect("office:document", code)
    if request.method != "POST":
        return _show_editor(request, document, _blank_form(document))
    form = DraftForm(request.POST, paper=get_paper(document.form))
    if "look" in request.POST:
        return _show_editor(request, document, form, preview=_draw_unsaved(document, form))
    if form.is_valid() and (saved := _save(actor, code, form)):
        _tell(request, saved)
        return redirect("office:send" if "send" in request.POST else "office:edit", code)
    return _show_editor(request, document, form)


def _blank_form(document: OfficialDocument) -> DraftForm:
    initial = DraftForm.initial_of(document.title, document.body, document.fields, document.version)
    return DraftForm(None, paper=get_paper(document.form), initial=initial)


def _save(actor: Actor, code: str, form: DraftForm) -> Saved | None:
    """None: it could not be saved, and the form says why; nothing that was written is lost."""
    given = form.cleaned_data
    try:
        return save_draft(
            actor=actor,
            code=code,
            base=given["base"],
            title=given["title"],
            body=given["body"],
            fields=form.values(),
            now=clock.now(),
        )
    except CannotDraft as refusal:
        form.add_error(None, str(refusal))
        return None


def _tell(request: HttpRequest, saved: Saved) -> None:
    if not saved.merged:
        messages.success(request, _("Saved."))
        return
    messages.success(request, _("Saved. Somebody else saved meanwhile: both texts are in it now."))
    if saved.overwritten:
        theirs = "; ".join(str(value) for value in saved.overwritten.values())
        messages.warning(
            request,
            _("Both of you changed the title or a field; yours stands. They had written: %(words)s")
            % {"words": theirs},
        )


def _show_editor(
    request: HttpRequest, document: OfficialDocument, form: DraftForm, *, preview: SafeString | None = None
) -> HttpResponse:
    writers = list_writers(document)
    posts = {post.code: post for post in list_posts_of_unit(document.unit_code)}
    named = [row.holder.removeprefix("post:") for row in writers]
    titles = list_posts_named(named)
    choices = [
        (code, localized(post.title)) for code, post in posts.items() if code not in (*named, document.drafter_post)
    ]
    context = {
        "document": document,
        "paper": get_paper(document.form),
        "form": form,
        "preview": preview,
        "conflicts": list(enumerate(list_conflicts(document.body))),
        "files": list_files(document),
        "file_form": DraftFileForm(),
        "writers": [(code, localized(titles[code].title) if code in titles else code) for code in named],
        "writer_form": WriterForm(posts=choices),
        "returned": bool(document.line_number),
        "words": {
            "saved": _("Saved at {time}."),
            "saving": _("Saving …"),
            "unsaved": _("Not saved yet."),
            "merged": _("Somebody else saved meanwhile. Both texts are in the document; load the page to go on."),
            "refused": _("It could not be saved: {why}"),
            "lost": _("The house cannot be reached, or you were signed out. Your text is kept in this browser."),
            "kept": _("This browser kept a text of {time} that was not saved."),
        },
    }
    response = render(request, "office/draft_edit.html", context)
    response.headers["Content-Security-Policy"] = _WITH_OUR_SCRIPTS
    return response


def list_picture_addresses(document: OfficialDocument) -> dict[str, str]:
    """Where each picture of the document is, by the name that the text calls it."""
    return {
        file.name: reverse("office:file", args=(document.code, file.code))
        for file in list_files(document)
        if file.is_picture
    }


@require_POST
def autosave_draft(request: HttpRequest, code: str) -> HttpResponse:
    """What the editor's script sends while somebody writes."""
    actor = access_official(request)
    document = access_draft(actor, code)
    form = DraftForm(request.POST, paper=get_paper(document.form))
    saved = _save(actor, code, form) if form.is_valid() else None
    if saved is None:
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"why": said}, status=422)
    return JsonResponse({"version": saved.document.version, "merged": saved.merged})


@require_POST
def preview_draft(request: HttpRequest, code: str) -> HttpResponse:
    """The text that is being written, as it will look."""
    document = access_draft(access_official(request), code)
    return HttpResponse(_draw_unsaved(document, DraftForm(request.POST, paper=get_paper(document.form))) or "")


def _draw_unsaved(document: OfficialDocument, form: DraftForm) -> SafeString | None:
    """None where there is more than can be read; the form says so."""
    form.is_valid()
    try:
        html = render_html(
            checked_body(form.cleaned_data.get("body", "")), picture=list_picture_addresses(document).get
        )
    except CannotDraft as refusal:
        form.add_error("body", str(refusal))
        return None
    return mark_safe(html)  # noqa: S308 – every word was escaped by render_html


@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Which wordings stand. ``place-N``: the numbers chosen at the N-th place."""
    actor = access_official(request)
    document = access_draft(actor, code)
    places = range(len(list_conflicts(document.body)))
    chosen = [[int(one) for one in request.POST.getlist(f"place-{place}") if one.isdigit()] for place in places]
    base = request.POST.get("base", "")

    def act() -> str:
        settle_conflicts(
            actor=actor, code=code, base=int(base) if base.isdecimal() else 0, chosen=chosen, now=clock.now()
        )
        return _("Your choice stands.")

    return _done(request, act, "office:edit", code)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_particulars(request: HttpRequest, code: str) -> HttpResponse:
    """The task, the readers, and what the public may read."""
    actor = access_official(request)
    document = access_draft(actor, code)
    initial = {
        "task_code": document.task_code,
        "reach": document.reach,
        "security": document.security,
        "urgent": document.urgent,
        "due_on": document.due_on,
        "disclosure": document.disclosure,
        "ground": document.disclosure_ground,
        "closed_until": document.closed_until,
    }
    data = request.POST if request.method == "POST" else None
    classes = cleared_classes(actor)
    form = ParticularsForm(data, initial=initial, agency_code=document.agency_code, classes=classes)
    if form.is_valid() and _classify(actor, document, form):
        messages.success(request, _("Saved."))
        return redirect("office:document", code)
    return render(request, "office/draft_particulars.html", {"form": form, "document": document})


def _classify(actor: Actor, document: OfficialDocument, form: ParticularsForm) -> bool:
    given = form.cleaned_data
    has_new_task = given["task_code"] != document.task_code
    inherits = has_new_task and not {"disclosure", "ground", "closed_until"} & set(form.changed_data)
    try:
        with transaction.atomic():
            change_particulars(
                actor=actor,
                code=document.code,
                task_code=given["task_code"],
                reach=Reach(given["reach"]),
                security=given["security"],
                urgent=given["urgent"],
                due_on=given["due_on"],
                now=clock.now(),
            )
            if not inherits:
                _disclose(actor, document, given)
    except CannotDisclose as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    except CannotDraft as refusal:
        form.add_error(None, str(refusal))
    return not form.errors


def _disclose(actor: Actor, document: OfficialDocument, given: dict[str, Any]) -> None:
    set_disclosure(
        actor=actor,
        code=document.code,
        disclosure=given["disclosure"],
        ground=given["ground"],
        closed_until=given["closed_until"],
        now=clock.now(),
    )


@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponse:
    """A remark, an answer (``answer``: to which), or that one is settled (``resolve``: which)."""
    actor = access_official(request)
    form = CommentForm(request.POST)
    answered, resolved = (request.POST.get(name, "") for name in ("answer", "resolve"))
    now = clock.now()

    def act() -> str:
        if resolved.isdecimal():
            resolve_comment(actor=actor, code=code, comment_id=int(resolved), now=now)
            return _("Settled.")
        if not form.is_valid():
            raise CannotDraft(_("Write what you want to say, in at most 2,000 characters."))
        words = form.cleaned_data
        if answered.isdecimal():
            answer_comment(actor=actor, code=code, comment_id=int(answered), body=words["body"], now=now)
        else:
            add_comment(actor=actor, code=code, body=words["body"], anchor=words["anchor"], now=now)
        return _("Your remark is kept.")

    return _done(request, act, "office:document", code)


@require_POST
def change_writers(request: HttpRequest, code: str) -> HttpResponse:
    """Who writes along: ``post`` joins, ``remove`` leaves."""
    actor = access_official(request)

    def act() -> str:
        if leaving := request.POST.get("remove"):
            remove_writer(actor=actor, code=code, post_code=leaving, now=clock.now())
            return _("The post does not write along any more.")
        name_writer(actor=actor, code=code, post_code=request.POST.get("post", ""), now=clock.now())
        return _("The post writes along now, and finds the document among its work.")

    return _done(request, act, "office:edit", code)


@require_POST
def drop(request: HttpRequest, code: str) -> HttpResponse:
    """Give the draft up."""
    actor = access_official(request)

    def act() -> str:
        drop_draft(actor=actor, code=code, now=clock.now())
        return _("The draft is given up. It can still be read.")

    return _done(request, act, "office:document", code)


def _done(request: HttpRequest, act: Callable[[], str], url_name: str, code: str) -> HttpResponse:
    """Do it, say what was done or why not, and go back."""
    try:
        messages.success(request, act())
    except OfficeRefusal as refusal:
        messages.warning(request, str(refusal))
    return redirect(url_name, code)
