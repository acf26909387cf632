"""What a person does with a paper of theirs: send it, make a link, see what became of it, stop it."""

from typing import Any

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
from gapura.kernel.cases.queries import list_papers
from gapura.kernel.documents.queries import Document
from gapura.kernel.identity.queries import access_resident
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.wallet.actions import Link, make_link, send_document, stop_delivery
from gapura.kernel.wallet.forms import LinkForm, SendForm
from gapura.kernel.wallet.models import Delivery
from gapura.kernel.wallet.queries import (
    access_sent,
    find_ended_papers,
    find_receiver,
    list_openings,
    list_sent,
    shown_state,
)
from gapura.kernel.wallet.types import CannotSend

SENT_ON_A_PAGE = 20


def _access_paper(actor: Actor, code: str) -> Document:
    """The paper for the form's title. Whether it may be sent is judged when it is."""
    papers = list_papers(actor, on=clock.today(settings.TIME_ZONE))
    paper = next((paper for paper in papers if paper.code == code), None)
    if paper is None:
        raise AccessDenied
    return paper


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """To a registered receiver."""
    actor = access_resident(request)
    paper = _access_paper(actor, code)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            delivery = send_document(actor=actor, code=code, now=clock.now(), **form.cleaned_data)
        except CannotSend as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Sent. You see here when it is opened, and can stop it."))
            return redirect("wallet:delivery", delivery.number)
    return render(request, "wallet/send.html", {"paper": paper, "form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, code: str) -> HttpResponse:
    """A link with its code. Both stand only in the answer to the form; the same form shows the same again."""
    actor = access_resident(request)
    paper = _access_paper(actor, code)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            link = make_link(actor=actor, code=code, now=clock.now(), **form.cleaned_data)
        except CannotSend as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _show_link(request, paper, link)
    return render(request, "wallet/link.html", {"paper": paper, "form": form})


def _show_link(request: HttpRequest, paper: Document, link: Link) -> HttpResponse:
    address = settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + reverse("wallet:shared", args=[link.token])
    context = {"paper": paper, "delivery": link.delivery, "address": address, "code": link.code}
    return render(request, "wallet/link_made.html", context)


@require_safe
def show_sent(request: HttpRequest) -> HttpResponse:
    actor = access_resident(request)
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    sent = list_sent(actor, before=before, limit=SENT_ON_A_PAGE + 1)
    context = {
        "rows": _present(sent[:SENT_ON_A_PAGE]),
        "older": sent[SENT_ON_A_PAGE - 1].pk if len(sent) > SENT_ON_A_PAGE else None,
        "before": before,
    }
    return render(request, "wallet/sent.html", context)


@require_safe
def show_delivery(request: HttpRequest, number: str) -> HttpResponse:
    """One delivery, and everybody who opened it."""
    delivery = access_sent(access_resident(request), number)
    [row] = _present([delivery])
    return render(request, "wallet/delivery.html", {"row": row, "openings": list_openings(delivery)})


@require_POST
def stop(request: HttpRequest, number: str) -> HttpResponse:
    stop_delivery(actor=access_resident(request), number=number, now=clock.now())
    messages.success(request, _("Stopped. From now on nobody is given this document through it."))
    return redirect("wallet:delivery", number)


def _present(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    """Deliveries with what their rows do not say."""
    now, ended = clock.now(), find_ended_papers(deliveries)
    return [
        {
            "delivery": delivery,
            "receiver": find_receiver(delivery.receiver),
            "state": shown_state(delivery, now),
            "is_standing": delivery.is_standing(now),
            "has_paper_ended": delivery.document_code in ended,
        }
        for delivery in deliveries
    ]
