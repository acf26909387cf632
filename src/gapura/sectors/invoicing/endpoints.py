"""The API of sellers' programs: an invoice in, its number out; what became of it. Each call is signed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.audit.types import Actor
from gapura.kernel.documents.types import CannotSealDocument
from gapura.kernel.identity.types import AccessDenied
from gapura.sectors.invoicing.actions import accept_call, submit_invoice
from gapura.sectors.invoicing.models import Invoice
from gapura.sectors.invoicing.queries import access_invoice, get_rule_text
from gapura.sectors.invoicing.types import CannotIssue, Fault, UnknownMachine

View = Callable[..., HttpResponse]


def _for_machines(view: View) -> View:
    """The call's signature decides who asks; a session counts for nothing. Every answer is JSON."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, **arguments: str) -> HttpResponse:
        address = settings.GAPURA_PUBLIC_ADDRESS.rstrip("/") + request.path
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        try:
            signed = token if scheme.lower() == "bearer" else ""
            actor = accept_call(token=signed, address=address, content=_body(request), now=clock.now())
            with scoped(Scope(persons=(str(actor.principal),))):
                return view(request, actor, signed, **arguments)
        except RequestDataTooBig:
            return _answer({"error": "too_large"}, 413)
        except UnknownMachine as refusal:
            response = _answer({"error": "invalid_token", "error_description": str(refusal)}, 401)
            response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return response
        except AccessDenied:
            return _answer({"error": "not_found"}, 404)

    return answer


def _body(request: HttpRequest) -> bytes:
    """What was sent, as it was sent. A form was read as one before anybody could look at its bytes."""
    try:
        return request.body
    except RawPostDataException as error:
        raise UnknownMachine("Send the invoice itself as the body, as application/xml.") from error


@_for_machines
@require_POST
def submit(request: HttpRequest, actor: Actor, signature: str) -> HttpResponse:
    """One UBL invoice or credit note as the body: 201 with its number, also for the same again; 422 with faults."""
    try:
        invoice = submit_invoice(actor=actor, content=request.body, seller_signature=signature, now=clock.now())
    except CannotIssue as refusal:
        if not refusal.faults:
            return _answer({"error": "temporarily_unavailable", "error_description": str(refusal)}, 503)
        return _answer({"error": "invalid_invoice", "faults": [_fault(one) for one in refusal.faults]}, 422)
    except CannotSealDocument:
        return _answer({"error": "temporarily_unavailable"}, 503)
    return _answer(_described(invoice), 201)


@_for_machines
@require_safe
def show(request: HttpRequest, actor: Actor, signature: str, number: str) -> HttpResponse:
    """What became of an invoice, for its seller's and its buyer's programs."""
    return _answer(_described(access_invoice(actor, number)))


def _described(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "seller_number": invoice.seller_number,
        "kind": invoice.kind,
        "state": invoice.state,
        "seller": invoice.seller,
        "buyer": invoice.buyer,
        "issued_at": invoice.issued_at.isoformat(),
        "received_at": invoice.received_at.isoformat() if invoice.received_at else None,
        "buyer_view": invoice.buyer_view or None,
        "buyer_said": invoice.buyer_said or None,
    }


def _fault(fault: Fault) -> dict[str, Any]:
    text = get_rule_text(fault.rule)
    return {"rule": fault.rule, "where": fault.where, "asks": text.asks["en"], "remedy": text.remedy["en"]}


def _answer(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})
