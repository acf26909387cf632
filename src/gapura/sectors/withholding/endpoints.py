"""Reporters' own systems deliver and ask what became of it: ``Authorization: Bearer`` the token of the reporter."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.foundation.isolation import Scope, scoped
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.types import NotMandated
from gapura.sectors.withholding.actions import accept_token, submit_delivery
from gapura.sectors.withholding.forms import DeliveryForm
from gapura.sectors.withholding.models import Delivery, ReporterToken
from gapura.sectors.withholding.queries import access_delivery, list_findings
from gapura.sectors.withholding.types import CannotDeliver, UnknownToken
from gapura.sectors.withholding.wording import describe_fault, describe_file

_MOST_LETTERS = 200
_COUNTS = ("rows", "rows_checked", "rows_new", "rows_changed", "rows_unchanged", "rows_wrong", "rows_taken_back")
Endpoint = Callable[..., HttpResponse]


def _for_reporters(endpoint: Endpoint) -> Endpoint:
    """The reporter that the token is of, and nothing but its own rows."""

    @wraps(endpoint)
    def answer(request: HttpRequest, **parameters: Any) -> HttpResponse:
        scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer" or not 0 < len(value) <= _MOST_LETTERS:
                raise UnknownToken
            actor, token = accept_token(value=value.strip(), now=clock.now())
            with scoped(Scope(persons=(token.person_number, token.reporter_number))):
                return endpoint(request, actor, token, **parameters)
        except UnknownToken:
            refusal = _answer({"error": "The token is unknown, expired or ended. Make a new one."}, 401)
            refusal.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refusal
        except NotMandated as error:
            return _answer({"error": str(error)}, 403)
        except AccessDenied:
            return _answer({"error": "There is no such delivery of yours."}, 404)

    return answer


@csrf_exempt  # no cookie counts here: the token proves who sends
@require_POST
@_for_reporters
def deliver(request: HttpRequest, actor: Actor, token: ReporterToken) -> HttpResponse:
    """202 for a new file, 200 for one that was sent before, 400 with the words of each field that is wrong."""
    form = DeliveryForm(request.POST, request.FILES, today=local_day(clock.now(), settings.TIME_ZONE))
    if not form.is_valid():
        return _answer({"error": "The request is not as it must be.", "fields": form.errors}, 400)
    given = dict(form.cleaned_data)
    content = given.pop("file").read()
    try:
        delivery, is_new = submit_delivery(
            actor=actor, reporter_name=token.reporter_name, content=content, now=clock.now(), **given
        )
    except CannotDeliver as refusal:
        return _answer({"error": str(refusal)}, 400)
    return _answer(_describe(delivery), 202 if is_new else 200)


@require_safe
@_for_reporters
def show_delivery(request: HttpRequest, actor: Actor, token: ReporterToken, number: str) -> HttpResponse:
    delivery = access_delivery(actor, number)
    findings = [
        {"line": one.line, "column": one.column, "fault": one.fault, "words": describe_fault(one.fault)}
        for one in list_findings(delivery, limit=None)
    ]
    return _answer(_describe(delivery) | {"file": describe_file(delivery), "findings": findings})


def _describe(delivery: Delivery) -> dict[str, Any]:
    return {
        "number": delivery.number,
        "state": delivery.state,
        "version": delivery.version,
        "address": reverse("withholding:api-delivery", args=[delivery.number]),
        **{name: getattr(delivery, name) for name in _COUNTS},
    }


def _answer(content: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})
