"""The exchange as outside developers read it."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from gapura.kernel.exchange.openapi import describe_openapi
from gapura.kernel.exchange.plugin import find_evidence_type


@require_safe
def show_openapi(request: HttpRequest, code: str) -> JsonResponse:
    declared = find_evidence_type(code)
    if declared is None:
        raise Http404
    return JsonResponse(describe_openapi(declared))
