"""An official asks somebody at the counter to be shown chosen facts from their wallet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.credentials.actions import ask_to_show
from gapura.kernel.credentials.codes import draw_code
from gapura.kernel.credentials.models import Showing
from gapura.kernel.credentials.queries import access_showing, find_kind, get_terms, list_showing_terms
from gapura.kernel.credentials.requests import get_wallet_address
from gapura.kernel.credentials.types import VERIFIER_ROLE, CannotAsk, ShowingState
from gapura.kernel.identity.queries import access_official

_LOOK_AGAIN_SECONDS = 5  # the page asks anew by itself, without a script


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    actor = access_official(request, VERIFIER_ROLE)
    if request.method == "POST":
        try:
            showing = ask_to_show(actor=actor, terms=request.POST.get("terms", ""), now=clock.now())
        except CannotAsk as refusal:
            messages.warning(request, str(refusal))
        else:
            return redirect("credentials:shown", showing.number)
    kinds = get_terms().kinds
    asked = [(one, [kinds[one.kind].claims[name] for name in one.claims]) for one in list_showing_terms(actor)]
    return render(request, "credentials/ask.html", {"asked": asked})


@never_cache
@require_safe
def show_answer(request: HttpRequest, number: str) -> HttpResponse:
    """The code to scan while nobody answered; then what was shown, for some minutes."""
    now = clock.now()
    showing = access_showing(access_official(request, VERIFIER_ROLE), number)
    context: dict[str, Any] = {"terms": get_terms().showings.get(showing.terms), "facts": None, "address": None}
    context["is_over"] = now >= showing.expires_at
    if not context["is_over"] and showing.state == ShowingState.SHOWN:
        context["facts"] = _read_out(showing)
    elif not context["is_over"]:
        context["address"] = get_wallet_address(showing, now=now)
        context["picture"] = draw_code(context["address"])
    response = render(request, "credentials/shown.html", context)
    if context["address"]:
        response.headers["Refresh"] = str(_LOOK_AGAIN_SECONDS)
    return response


def _read_out(showing: Showing) -> list[tuple[Any, list[str]]]:
    """Each claim's title with its value as lines of text."""
    kind = find_kind(get_terms().showings[showing.terms].kind)
    assert kind is not None
    return [(kind.claims[name].title, _lines(value)) for name, value in showing.shown.items()]


def _lines(value: Any) -> list[str]:
    if isinstance(value, bool):
        return [_("Yes") if value else _("No")]
    if isinstance(value, list):
        return [" · ".join(str(part) for part in one.values() if part) for one in value]
    return [str(value)]
