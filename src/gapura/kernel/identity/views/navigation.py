"""Where a page leads to, and what it may load."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString

from gapura.kernel.identity.passkeys import works_at
from gapura.kernel.identity.plugin import list_sign_in_panels
from gapura.web.middleware import CONTENT_SECURITY_POLICY

_WITH_OUR_SCRIPTS = f"{CONTENT_SECURITY_POLICY}; script-src 'self'"


def next_page(request: HttpRequest) -> str:
    """The page of this house that the person was on the way to."""
    return get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL


def code_panels(request: HttpRequest) -> list[SafeString]:
    """What others add to pages that ask for a code."""
    return [panel.show_at_second_factor(request) for panel in list_sign_in_panels()]


def passkey_context(request: HttpRequest, options: Any) -> dict[str, Any]:
    """What a page with a passkey form needs besides the form."""
    return {
        "options": options,
        "works_here": works_at(request.get_host()),
        "public_address": settings.GAPURA_PUBLIC_ADDRESS,
    }


def with_passkeys(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The page may load the one script that talks to passkeys; all other pages load none."""

    @wraps(view)
    def allow(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = _WITH_OUR_SCRIPTS
        return response

    return allow
