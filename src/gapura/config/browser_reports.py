"""Where browsers say that a page of ours tried what its policy forbids: a fault of ours, or somebody's injection."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from gapura.web.middleware import CONTENT_SECURITY_POLICY

MOST_BYTES = 16 * 1024
_MOST_REPORTS = 20
_KINDS = ("application/csp-report", "application/reports+json")
_DIRECTIVES = frozenset(part.partition(" ")[0] for part in CONTENT_SECURITY_POLICY.split("; "))
_FINER = {"script-src", "script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "connect-src"}
VIOLATIONS = Counter("gapura_policy_violations", "What browsers kept pages from doing.", ("directive",))


@csrf_exempt  # the browser itself sends it, without a form
@require_POST
def take_report(request: HttpRequest) -> HttpResponse:
    """Count which rule was met; addresses and samples in a report are of a person's page, and are not kept."""
    if request.content_type not in _KINDS:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        directives = list(_read_directives(json.loads(request.body)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return HttpResponse(status=400)
    for directive in directives[:_MOST_REPORTS]:
        known = directive if directive in _DIRECTIVES | _FINER else "other"
        VIOLATIONS.labels(known).inc()
    return HttpResponse(status=204)


def _read_directives(sent: Any) -> Iterator[str]:
    """Of both forms: one report by ``report-uri``, several by ``report-to``."""
    if isinstance(sent, dict):
        report = sent.get("csp-report", {})
        yield str(report.get("effective-directive") or report.get("violated-directive") or "")
        return
    for one in sent:
        if one.get("type") == "csp-violation":
            yield str(one.get("body", {}).get("effectiveDirective", ""))
