"""The desk of a health facility: it tells of births and deaths."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import get_refusal
from gapura.kernel.identity.queries import access_official
from gapura.sectors.health.actions import report_birth, report_death
from gapura.sectors.health.forms import BirthForm, DeathForm
from gapura.sectors.health.permissions import BIRTH_REPORTER, DEATH_REPORTER
from gapura.sectors.health.types import CannotChangeRegister
from gapura.web.languages import localized


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One child, one report. The parents need not bring a paper anywhere."""
    actor = access_official(request, BIRTH_REPORTER)
    form = BirthForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _report(actor, form):
        messages.success(
            request, _("The birth is told. Nobody has to carry a paper: the civil registry reads it here.")
        )
        return redirect("health:report-birth")
    return render(request, "health/report_birth.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def tell_of_death(request: HttpRequest) -> HttpResponse:
    """One person, one notice. The family brings no paper: the civil registry reads it here."""
    actor = access_official(request, DEATH_REPORTER)
    form = DeathForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _tell(actor, form):
        messages.success(
            request, _("The death is told. The family need not bring a paper: the civil registry reads it here.")
        )
        return redirect("health:report-death")
    return render(request, "health/report_death.html", {"form": form})


def _report(actor: Actor, form: BirthForm) -> bool:
    try:
        report_birth(actor=actor, told=form.told, now=clock.now())
    except CannotChangeRegister as refusal:
        form.add_error(None, _words(refusal))
        return False
    return True


def _tell(actor: Actor, form: DeathForm) -> bool:
    try:
        report_death(actor=actor, told=form.told, now=clock.now())
    except CannotChangeRegister as refusal:
        form.add_error(None, _words(refusal))
        return False
    return True


def _words(refusal: CannotChangeRegister) -> str:
    words = get_refusal(refusal.code)
    return f"{localized(words.reason)} {localized(words.remedy)}"
