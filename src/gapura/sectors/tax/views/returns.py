"""Returns: what is to be filed, the draft with its figures, and what was filed. The address never names a person."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.actions import count_use
from gapura.kernel.documents.queries import find_document, get_content
from gapura.kernel.documents.types import UseKind
from gapura.kernel.identity.queries import access_resident, require_assurance
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.tax.actions.filing import file_return, reckon_penalty
from gapura.sectors.tax.actions.return_news import accept_news
from gapura.sectors.tax.actions.returns import add_item, correct_item, discard_draft, prepare_return, restore_item
from gapura.sectors.tax.forms.returns import ItemForm, LeaveOutForm, NewsForm, RevisionForm
from gapura.sectors.tax.models import TaxReturn
from gapura.sectors.tax.queries.returns import (
    Reckoned,
    access_version,
    find_return,
    get_kind,
    get_last_version,
    list_kinds_for,
    list_returns,
    list_versions,
    read_draft,
    read_version,
    recall,
    reckon,
    require_period,
    taxpayer_of,
)
from gapura.sectors.tax.return_kinds import ReturnKind
from gapura.sectors.tax.return_pages import get_titles, group_items, list_additions
from gapura.sectors.tax.statements import find_overlaps
from gapura.sectors.tax.types import CannotFile, Item

PERIODS_SHOWN = 6
Result = TypeVar("Result")


@never_cache
@require_safe
def show_returns(request: HttpRequest) -> HttpResponse:
    """What can be filed, newest first, and what was."""
    actor = access_resident(request)
    kinds, today = list_kinds_for(actor), clock.today(settings.TIME_ZONE)
    rows = [row for kind in kinds for row in _list_rows(actor, kind, today)]
    rows.sort(key=lambda row: str(row["period"]), reverse=True)
    shown = {row["kind"].code for row in rows}
    others = [(kind, kind.list_periods(today)[0]) for kind in kinds if kind.code not in shown]
    titles = {kind.code: kind.get_service(today).title for kind in kinds}
    return render(request, "tax/returns.html", {"rows": rows, "others": others, "titles": titles, "today": today})


def _list_rows(actor: Actor, kind: ReturnKind, today: date) -> list[dict[str, Any]]:
    """The latest periods; of what only some owe, those since the first that was begun."""
    begun = {one.period: one for one in list_returns(taxpayer_of(actor, kind), [kind])}
    periods = kind.list_periods(today)[:PERIODS_SHOWN]
    if kind.for_some:
        periods = [period for period in periods if begun and period >= min(begun)]
    return [_make_row(kind, period, begun.get(period)) for period in periods]


def _make_row(kind: ReturnKind, period: str, found: TaxReturn | None) -> dict[str, Any]:
    version = get_last_version(found) if found is not None and found.versions else None
    return {"kind": kind, "period": period, "found": found, "version": version, "due_on": kind.due_on(period)}


@never_cache
@require_safe
def show_return(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The draft, where one is being worked on; else what was filed last; else the button that prepares it."""
    actor, kind = _enter(request, code)
    tax_return = _find(actor, kind, period)
    if tax_return is None:
        return render(request, "tax/return_start.html", _frame(kind, period))
    if tax_return.draft is None:
        return redirect("tax:return-version", code, period, tax_return.versions)
    items = read_draft(tax_return)
    context = _frame(kind, period) | {
        "tax_return": tax_return,
        "groups": group_items(kind, items),
        "additions": list_additions(kind),
        "overlaps": find_overlaps(kind, items),
        "penalty": reckon_penalty(kind, tax_return, clock.now()),
        "form": RevisionForm(initial={"revision": tax_return.revision}, auto_id=False),
        "last": get_last_version(tax_return),
    }
    return render(request, "tax/return.html", context | _reckoned(kind, items, period))


@require_POST
def prepare(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Ask the registers, for a first look or a new one."""
    actor, kind = _enter(request, code)
    _attempt(request, lambda: prepare_return(actor=actor, kind=kind, period=period, now=clock.now()))
    return redirect("tax:return", code, period)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_item(request: HttpRequest, code: str, period: str, position: int) -> HttpResponse:
    """Correct what an item says, or let the register speak again."""
    actor, kind = _enter(request, code)
    tax_return, item = _find_item(actor, kind, period, position)
    rule = kind.items[item.code]
    start = dict(item.values) | {"revision": tax_return.revision, "reason": item.reason}
    sent = request.POST if request.method == "POST" else None
    form = ItemForm(sent, rule, start, is_new=False, is_reported=bool(item.provider))
    common: dict[str, Any] = {"actor": actor, "kind": kind, "period": period, "key": item.key, "now": clock.now()}
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            correct_item(**common, revision=form.cleaned_data["revision"], values=form.values, reason=reason)
        except CannotFile as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("tax:return", code, period)
    leave_out = LeaveOutForm(
        auto_id="leave-out-%s", initial={"revision": tax_return.revision}, use_required_attribute=False
    )
    context = _frame(kind, period) | {"item": item, "rule": rule, "form": form, "leave_out": leave_out}
    return render(request, "tax/return_item.html", context | {"position": position})


@require_POST
def leave_out_item(request: HttpRequest, code: str, period: str, position: int) -> HttpResponse:
    actor, kind = _enter(request, code)
    _tax_return, item = _find_item(actor, kind, period, position)
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Say in one sentence why it does not belong here."))
        return redirect("tax:return-item", code, period, position)
    _attempt(
        request,
        lambda: correct_item(
            actor=actor, kind=kind, period=period, key=item.key, values={}, now=clock.now(), **form.cleaned_data
        ),
    )
    return redirect("tax:return", code, period)


@require_POST
def restore(request: HttpRequest, code: str, period: str, position: int) -> HttpResponse:
    """Let the register speak again."""
    actor, kind = _enter(request, code)
    _tax_return, item = _find_item(actor, kind, period, position)
    form = RevisionForm(request.POST)
    if form.is_valid():
        revision = form.cleaned_data["revision"]
        common: dict[str, Any] = {"actor": actor, "kind": kind, "period": period, "key": item.key}
        _attempt(request, lambda: restore_item(**common, revision=revision, now=clock.now()))
    return redirect("tax:return", code, period)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, code: str, period: str, item_code: str) -> HttpResponse:
    """Declare what no register told."""
    actor, kind = _enter(request, code)
    tax_return = _find(actor, kind, period)
    rule = kind.items.get(item_code)
    if tax_return is None or tax_return.draft is None or rule is None or not rule.by_hand:
        raise AccessDenied
    start = {"revision": tax_return.revision}
    form = ItemForm(request.POST if request.method == "POST" else None, rule, start, is_new=True)
    if form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("revision", "label", "reason")}
        common: dict[str, Any] = {"actor": actor, "kind": kind, "period": period, "code": item_code}
        try:
            add_item(**common, values=form.values, now=clock.now(), **filled)
        except CannotFile as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            return redirect("tax:return", code, period)
    return render(request, "tax/return_item.html", _frame(kind, period) | {"rule": rule, "form": form, "item": None})


@require_POST
def file(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """File what the page showed."""
    actor, kind = _enter(request, code)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return redirect("tax:return", code, period)
    revision = form.cleaned_data["revision"]
    version = _attempt(
        request, lambda: file_return(actor=actor, kind=kind, period=period, revision=revision, now=clock.now())
    )
    if version is None:
        return redirect("tax:return", code, period)
    return redirect("tax:return-version", code, period, version.number)


@require_POST
def discard(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Give up an amendment."""
    actor, kind = _enter(request, code)
    form = RevisionForm(request.POST)
    if form.is_valid():
        revision = form.cleaned_data["revision"]
        common: dict[str, Any] = {"actor": actor, "kind": kind, "period": period}
        _attempt(request, lambda: discard_draft(**common, revision=revision, now=clock.now()))
    return redirect("tax:return", code, period)


@require_POST
def accept(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """Amend by what was reported since."""
    actor, kind = _enter(request, code)
    form = NewsForm(request.POST)
    if form.is_valid():
        difference = form.cleaned_data["difference"]
        common: dict[str, Any] = {"actor": actor, "kind": kind, "period": period}
        _attempt(request, lambda: accept_news(**common, difference=difference, now=clock.now()))
    return redirect("tax:return", code, period)


@never_cache
@require_safe
def show_version(request: HttpRequest, code: str, period: str, number: int) -> HttpResponse:
    """One filing, as it was filed: figures and explanation are those that were kept with it."""
    actor, kind = _enter(request, code)
    version = access_version(actor, kind, period, number)
    items = read_version(version)
    news = version.tax_return.news if version.number == version.tax_return.versions else None
    context = _frame(kind, period) | {
        "version": version,
        "versions": list_versions(version.tax_return),
        "groups": group_items(kind, items),
        "news": news,
        "news_form": NewsForm(initial={"difference": news["difference"]}, auto_id=False) if news else None,
    }
    reckoned = recall(kind, version)
    context |= {"reckoned": reckoned, "titles": get_titles(reckoned.settlement.figures)}
    return render(request, "tax/return_version.html", context)


@never_cache
@require_safe
def explain_draft(request: HttpRequest, code: str, period: str, figure: str) -> HttpResponse:
    """How one figure of the draft comes about."""
    actor, kind = _enter(request, code)
    tax_return = _find(actor, kind, period)
    if tax_return is None or tax_return.draft is None:
        raise AccessDenied
    try:
        reckoned = reckon(kind, read_draft(tax_return), period)
    except CannotFile as refusal:
        raise AccessDenied from refusal
    back = reverse("tax:return", args=[code, period])
    return _explain(request, kind, period, reckoned, figure, back)


@never_cache
@require_safe
def explain_version(request: HttpRequest, code: str, period: str, number: int, figure: str) -> HttpResponse:
    """How one figure that was filed came about."""
    actor, kind = _enter(request, code)
    version = access_version(actor, kind, period, number)
    back = reverse("tax:return-version", args=[code, period, number])
    return _explain(request, kind, period, recall(kind, version), figure, back)


def _explain(
    request: HttpRequest, kind: ReturnKind, period: str, reckoned: Reckoned, figure: str, back: str
) -> HttpResponse:
    if figure not in reckoned.explained:
        raise AccessDenied
    titles = get_titles([figure])
    context = {"tree": reckoned.explained[figure], "title": titles[figure], "back": back, "reckoned": reckoned}
    return render(request, "tax/return_explanation.html", _frame(kind, period) | context)


@require_safe
def fetch_receipt(request: HttpRequest, code: str, period: str, number: int) -> HttpResponse:
    """The sealed receipt, exactly as stored."""
    actor, kind = _enter(request, code)
    version = access_version(actor, kind, period, number)
    document = find_document(version.document_code)
    if document is None:
        raise AccessDenied
    count_use(code=document.code, how=UseKind.DOWNLOAD, now=clock.now())
    headers = {"Content-Disposition": f'attachment; filename="{kind.service}-{document.code}.pdf"'}
    return HttpResponse(get_content(document), content_type="application/pdf", headers=headers)


def _enter(request: HttpRequest, code: str) -> tuple[Actor, ReturnKind]:
    """Who files, and what. Raises AccessDenied; asks for a stronger sign-in where the service wants one."""
    actor, kind = access_resident(request), get_kind(code)
    taxpayer_of(actor, kind)
    require_assurance(request, kind.get_service(clock.today(settings.TIME_ZONE)).assurance)
    return actor, kind


def _find(actor: Actor, kind: ReturnKind, period: str) -> TaxReturn | None:
    try:
        require_period(kind, period, clock.today(settings.TIME_ZONE))
    except CannotFile as early:
        raise AccessDenied from early
    return find_return(taxpayer_of(actor, kind), kind, period)


def _find_item(actor: Actor, kind: ReturnKind, period: str, position: int) -> tuple[TaxReturn, Item]:
    tax_return = _find(actor, kind, period)
    items = read_draft(tax_return) if tax_return is not None else []
    if tax_return is None or position >= len(items):
        raise AccessDenied
    return tax_return, items[position]


def _frame(kind: ReturnKind, period: str) -> dict[str, Any]:
    service = kind.get_service(clock.today(settings.TIME_ZONE))
    return {"kind": kind, "period": period, "service": service, "due_on": kind.due_on(period)}


def _reckoned(kind: ReturnKind, items: list[Item], period: str) -> dict[str, Any]:
    """The figures with their explanations, or why there are none."""
    try:
        reckoned = reckon(kind, items, period)
    except CannotFile as refusal:
        return {"refusal": str(refusal), "reckoned": None, "titles": {}}
    return {"refusal": "", "reckoned": reckoned, "titles": get_titles(reckoned.settlement.figures)}


def _attempt(request: HttpRequest, act: Callable[[], Result]) -> Result | None:
    """What came of it, or None with the reason on the next page."""
    try:
        return act()
    except CannotFile as refusal:
        messages.warning(request, str(refusal))
        return None
