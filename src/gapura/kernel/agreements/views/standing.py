"""One agreement: its terms, its use, its history, and what a side does to it."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gapura.foundation import clock
from gapura.kernel.agreements.actions import give_up_agreement, resume_agreement, suspend_agreement
from gapura.kernel.agreements.forms import ReasonForm
from gapura.kernel.agreements.permissions import list_sides
from gapura.kernel.agreements.presentation import present_steps
from gapura.kernel.agreements.queries import AgreementView, access_agreement, list_history, list_use
from gapura.kernel.agreements.rules import STANDING_STEPS
from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER, CannotChangeAgreement, Side, Standing
from gapura.kernel.agreements.views.pages import WORDS
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_official
from gapura.web.tables import as_csv_file

_ACTIONS: Mapping[str, Callable[..., None]] = {
    "suspend": suspend_agreement,
    "resume": resume_agreement,
    "give_up": give_up_agreement,
}
_TITLES = {
    "suspend": gettext_lazy("Suspend it at once"),
    "resume": gettext_lazy("Let it stand again"),
    "give_up": gettext_lazy("Give it up"),
}


@require_safe
def show_agreement(request: HttpRequest, code: str) -> HttpResponse:
    actor, today = access_official(request, APPLICANT, HOLDER, AUTHORITY), clock.today(settings.TIME_ZONE)
    view = access_agreement(actor, code, on=today)
    use = list_use(view.agreement, on=today)
    pairs = [((date_format(month, "YEAR_MONTH_FORMAT"), f"{month:%m}"), asked) for month, asked, _refused in use]
    is_consumer = Side.CONSUMER in list_sides(actor, view.parties)
    context = WORDS | {
        "view": view,
        "pairs": pairs,
        "refused": sum(refused for _month, _asked, refused in use),
        "steps": {name: _TITLES[name] for name in _possible(actor, view)},
        "may_renew": is_consumer and view.standing not in (Standing.GIVEN_UP, Standing.FUTURE),
        "history": present_steps(list_history([code])),
    }
    return render(request, "agreements/agreement.html", context)


@require_safe
def download_use(request: HttpRequest, code: str) -> HttpResponse:
    """The use by month for a spreadsheet."""
    actor, today = access_official(request, APPLICANT, HOLDER, AUTHORITY), clock.today(settings.TIME_ZONE)
    view = access_agreement(actor, code, on=today)
    rows = [(f"{month:%Y-%m}", asked, refused) for month, asked, refused in list_use(view.agreement, on=today)]
    return as_csv_file(f"agreement-use-{today}", ("month", "asked", "refused"), rows)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """Suspend, resume or give up, with the reason."""
    actor = access_official(request, APPLICANT, HOLDER, AUTHORITY)
    view = access_agreement(actor, code, on=clock.today(settings.TIME_ZONE))
    if action not in _ACTIONS:
        raise Http404
    if action not in _possible(actor, view):
        messages.warning(request, _("The agreement has changed meanwhile; this can no longer be done."))
        return redirect("agreements:agreement", code)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _ACTIONS[action](actor=actor, code=code, reason=form.cleaned_data["reason"], now=clock.now())
        except CannotChangeAgreement as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done. It stands in the history that both agencies see."))
            return redirect("agreements:agreement", code)
    context = WORDS | {"view": view, "form": form, "title": _TITLES[action], "action": action}
    return render(request, "agreements/act.html", context)


def _possible(actor: Actor, view: AgreementView) -> list[str]:
    sides = set(list_sides(actor, view.parties))
    return [name for name, (who, states) in STANDING_STEPS.items() if sides & who and view.standing in states]
