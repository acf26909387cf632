"""What a business issued and was issued: lists, one invoice, its files, its months."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_resident
from gapura.sectors.invoicing.actions import issue_paper, receive_invoice
from gapura.sectors.invoicing.forms import AnswerForm
from gapura.sectors.invoicing.permissions import acts_in_person, is_buyer, is_seller
from gapura.sectors.invoicing.queries import (
    access_invoice,
    get_content,
    get_core,
    get_terms,
    list_disputed,
    list_drafts,
    list_received,
    list_sales,
    list_year_months,
)
from gapura.sectors.invoicing.types import InvoiceState

ROWS_ON_A_PAGE = 50


@require_safe
def show_sales(request: HttpRequest) -> HttpResponse:
    """What the business issued; a person who acts for none is told how to begin."""
    actor = access_resident(request)
    if acts_in_person(actor):
        return render(request, "invoicing/begin.html")
    rows = list_sales(actor, before=_before(request), limit=ROWS_ON_A_PAGE + 1)
    return render(request, "invoicing/sales.html", {**_page(rows), "drafts": list_drafts(actor)})


@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    rows = list_received(actor, before=_before(request), limit=ROWS_ON_A_PAGE + 1)
    return render(request, "invoicing/inbox.html", _page(rows))


@require_safe
def show_disputes(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    return render(request, "invoicing/disputes.html", {"rows": list_disputed(actor), "business": actor.principal})


@require_safe
def show_months(request: HttpRequest) -> HttpResponse:
    actor, today = access_resident(request), clock.today(settings.TIME_ZONE)
    return render(request, "invoicing/months.html", {"months": list_year_months(actor, on=today), "year": today.year})


@require_safe
def show_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice, as its seller or its buyer sees it; that the buyer opened it is noted."""
    actor = access_resident(request)
    invoice = access_invoice(actor, number)
    mine, core = is_seller(actor, invoice), get_core(invoice)
    if is_buyer(actor, invoice) and request.method == "GET":
        invoice = receive_invoice(actor=actor, number=number, now=clock.now())
    return render(
        request,
        "invoicing/invoice.html",
        {
            "invoice": invoice,
            "core": core,
            "due_on": date.fromisoformat(core.due_on) if core.due_on else None,
            "is_mine": mine,
            "reason": get_terms().reasons.get(invoice.reason),
            "can_change": mine and not invoice.is_credit_note and not invoice.is_taken_back,
            "answer": AnswerForm() if not mine and invoice.state == InvoiceState.RECEIVED else None,
            "units": get_terms().units,
        },
    )


@require_safe
def fetch_paper(request: HttpRequest, number: str) -> HttpResponse:
    paper = issue_paper(actor=access_resident(request), number=number, now=clock.now())
    return _file(paper, "application/pdf", f"{number}.pdf")


@require_safe
def fetch_xml(request: HttpRequest, number: str) -> HttpResponse:
    content = get_content(access_invoice(access_resident(request), number))
    return _file(bytes(content.xml), "application/xml", f"{number}.xml")


@require_safe
def fetch_seal(request: HttpRequest, number: str) -> HttpResponse:
    content = get_content(access_invoice(access_resident(request), number))
    return _file(bytes(content.seal), "application/pkcs7-signature", f"{number}.xml.p7s")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _page(rows: list[Any]) -> dict[str, Any]:
    older = rows[ROWS_ON_A_PAGE - 1].pk if len(rows) > ROWS_ON_A_PAGE else None
    return {"rows": rows[:ROWS_ON_A_PAGE], "older": older}
