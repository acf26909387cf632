"""A link with a code, for anybody: no account, and one answer for every link that leads nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.wallet.actions import open_link
from gapura.kernel.wallet.forms import AttemptForm, CodeForm
from gapura.kernel.wallet.queries import access_opened, leads_somewhere
from gapura.kernel.wallet.types import CannotOpen, LinkLeadsNowhere, WrongCode
from gapura.kernel.wallet.views.files import hand_out

# Nobody is identified by a link, not even who happens to be signed in.
_BY_LINK = system_actor("shared-link")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_shared(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the code; with the right one shows what the paper is worth, and gives it if it stands."""
    if request.method != "POST":
        return _ask(request, CodeForm()) if leads_somewhere(token, now=clock.now()) else _nowhere(request)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form) if leads_somewhere(token, now=clock.now()) else _nowhere(request)
    try:
        opened = open_link(actor=_BY_LINK, token=token, now=clock.now(), **form.cleaned_data)
    except LinkLeadsNowhere:
        return _nowhere(request)
    except WrongCode as refusal:
        words = _("This code does not open the link. Tries left: %(number)s.") % {"number": refusal.tries_left}
        form.add_error("code", words)
        return _ask(request, form)
    return _unlisted(render(request, "wallet/opened.html", {"opened": opened, "attempt": form["attempt"]}))


@never_cache
@require_POST
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """The file, for the page that opened the link some minutes ago."""
    form = AttemptForm(request.POST)
    try:
        if not form.is_valid():
            raise CannotOpen
        document = access_opened(token, form.cleaned_data["attempt"], now=clock.now())
    except CannotOpen:
        return _nowhere(request)
    return _unlisted(hand_out(document))


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    return _unlisted(render(request, "wallet/shared.html", {"form": form}))


def _nowhere(request: HttpRequest) -> HttpResponse:
    return _unlisted(render(request, "wallet/nowhere.html", status=404))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
