"""Memos one got and wrote, writing one, and one's own notes of what to do."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official, list_posts_named, list_units, list_units_above
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.office.actions.memos import add_todo, mark_memo_read, mark_todo, send_memo
from gapura.sectors.office.forms.work import MemoForm, TodoForm
from gapura.sectors.office.models import Memo
from gapura.sectors.office.queries.instructions import list_instructions_from
from gapura.sectors.office.queries.memos import list_memos, list_todos
from gapura.sectors.office.queries.work import can_instruct, list_colleagues
from gapura.sectors.office.text.drawing import render_html
from gapura.sectors.office.types import OfficeRefusal
from gapura.sectors.office.work_pages import INSTRUCTION_STATES, post_choices, unit_choices


@require_safe
def show_memos(request: HttpRequest) -> HttpResponse:
    actor = access_official(request)
    box = "out" if request.GET.get("box") == "out" else "in"
    memos = [(memo, _read_by(actor, memo, box)) for memo in list_memos(actor, box=box)]
    return render(request, "office/memos.html", {"memos": memos, "box": box, "may_write": bool(actor.unit_code)})


@require_http_methods(["GET", "HEAD", "POST"])
def write_memo(request: HttpRequest) -> HttpResponse:
    """``?unit=`` names the unit whose posts are offered; one's own is first."""
    actor = access_official(request)
    if not actor.unit_code:
        raise AccessDenied
    units = [unit for unit in list_units(agency_code=actor.agency_code or "") if unit.ended_on is None]
    chosen = request.GET.get("unit", "")
    offered = {post.code: post for post in list_colleagues(actor, chosen or actor.unit_code)}
    if not chosen:
        for unit in list_units_above(actor.unit_code)[1:]:
            offered |= {post.code: post for post in list_colleagues(actor, unit.code)}
    form = MemoForm(request.POST if request.method == "POST" else None, recipients=post_choices(offered.values()))
    if form.is_valid():
        try:
            memo = send_memo(actor=actor, **form.cleaned_data, now=clock.now())
        except OfficeRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The memo is sent. You see here who has read it."))
            return redirect("office:memo", memo.code)
    return render(request, "office/memo_form.html", {"form": form, "units": unit_choices(units), "chosen": chosen})


@require_safe
def show_memo(request: HttpRequest, code: str) -> HttpResponse:
    """The memo; that its recipient opens it is noted."""
    actor = access_official(request)
    memo = mark_memo_read(actor=actor, code=code, now=clock.now())
    found = list_instructions_from(actor, f"memo:{code}")
    author = list_posts_named([memo.author_post]).get(memo.author_post)
    context = {
        "memo": memo,
        "body": mark_safe(render_html(memo.body)),  # noqa: S308 (the drawer lets no HTML through)
        "recipients": list(memo.recipients.order_by("pk")),
        "instructions": [(one, INSTRUCTION_STATES[one.state]) for one in found],
        "author": author if author and can_instruct(actor, author) else None,
    }
    return render(request, "office/memo.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def show_todos(request: HttpRequest) -> HttpResponse:
    """One's own notes of what to do; a post adds one, or marks one."""
    actor = access_official(request)
    if code := request.POST.get("code", ""):
        mark_todo(actor=actor, code=code, done=request.POST.get("do") == "done", now=clock.now())
        return redirect("office:todos")
    form = TodoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            add_todo(actor=actor, **form.cleaned_data, now=clock.now())
        except OfficeRefusal as refusal:
            form.add_error("title", str(refusal))
        else:
            return redirect("office:todos")
    context = {"form": form, "todos": list_todos(actor), "done": list_todos(actor, done=True, limit=20)}
    return render(request, "office/todos.html", context)


def _read_by(actor: Actor, memo: Memo, box: str) -> tuple[int, int, bool]:
    """How many of how many have read it; and whether the official has."""
    recipients = list(memo.recipients.all())
    own = next((one for one in recipients if one.post_code == actor.post_code), None)
    return sum(one.read_at is not None for one in recipients), len(recipients), own is None or own.read_at is not None
