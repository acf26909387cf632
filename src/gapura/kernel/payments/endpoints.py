"""Where banks knock."""

import logging

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments.actions import take_callback
from gapura.kernel.payments.types import ForgedCallback

LARGEST = 16 << 10
_log = logging.getLogger(__name__)


@csrf_exempt  # no cookie counts here: the bank signs each callback
@require_POST
def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """204 for what the bank signed, the first time and every time; 401 for anything else."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        body = request.body
    except RawPostDataException:  # it was sent as a form, which no bank does
        return HttpResponse(status=401)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        take_callback(actor=system_actor("bank"), provider_code=provider, headers=headers, body=body, now=clock.now())
    except ForgedCallback as refusal:
        _log.warning("A callback of %s was refused: %s", provider[:40], refusal)
        return HttpResponse(status=401)
    return HttpResponse(status=204)
