"""A person sees what was reported about them, lets family and employers see it, and what it does to their tax."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gapura.foundation import clock
from gapura.foundation.clock import local_day
from gapura.kernel.audit.types import Actor
from gapura.kernel.identity.queries import access_resident
from gapura.sectors.withholding.actions import (
    end_consent,
    give_consent,
    list_family,
    list_shown,
    release_lines,
    take_back,
)
from gapura.sectors.withholding.forms import ConsentForm, ReleaseForm
from gapura.sectors.withholding.preview import preview_tax
from gapura.sectors.withholding.queries import (
    list_claimed_elsewhere,
    list_consents_of,
    list_employers,
    list_releases,
    list_reported_years,
    list_years,
    require_person,
)
from gapura.sectors.withholding.types import CannotConsent, CannotRelease, Ground, Shown
from gapura.web.jinja import money
from gapura.web.languages import localized

_MILLION = 1_000_000


@require_safe
@never_cache
def show_year(request: HttpRequest) -> HttpResponse:
    actor, now = access_resident(request), clock.now()
    person = require_person(actor)
    years = list_reported_years(person)
    year = _read_year(request, years)
    shown = list_shown(actor=actor, tax_year=year, now=now)
    own, family = shown[0], shown[1:]
    context = {
        "year": year,
        "years": years,
        "own": own,
        "family": family,
        "elsewhere": list_claimed_elsewhere(person, [one.number for one in family], tax_year=year),
        "bars": _bars(own),
        "preview": preview_tax(own, [one for one in family if not one.earned], tax_year=year),
        "releases": list_releases(actor),
    }
    return render(request, "withholding/year_end.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def release(request: HttpRequest) -> HttpResponse:
    actor, now = access_resident(request), clock.now()
    person = require_person(actor)
    year = _read_year(request, list_reported_years(person))
    shown = list_shown(actor=actor, tax_year=year, now=now)
    form = _release_form(request, person, shown, year)
    if request.method == "POST" and form.is_valid() and _release(actor, form, year):
        messages.success(request, _("Released. You can take it back until the employer uses it."))
        return redirect(f"{reverse('withholding:year-end')}?year={year}")
    return render(request, "withholding/release.html", {"form": form, "year": year})


def _release(actor: Actor, form: ReleaseForm, year: int) -> bool:
    given = form.cleaned_data
    try:
        release_lines(
            actor=actor,
            employer_number=given["employer"],
            tax_year=year,
            keys=given["keys"],
            dependants=given["dependants"],
            send_key=given["send_key"],
            now=clock.now(),
        )
    except CannotRelease as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _release_form(request: HttpRequest, person: str, shown: Sequence[Shown], year: int) -> ReleaseForm:
    lines = [
        (line.key, f"{one.full_name}: {localized(line.title)}, {line.reported_by}, {money(line.amount)}")
        for one in shown
        for line in one.lines
    ]
    dependants = [(one.number, one.full_name) for one in shown if one.ground is not Ground.SELF]
    employers = [(one.number, one.name) for one in list_employers(person, tax_year=year)]
    data = request.POST if request.method == "POST" else None
    return ReleaseForm(data, lines=lines, dependants=dependants, employers=employers)


@require_POST
def take_release_back(request: HttpRequest, number: str) -> HttpResponse:
    try:
        taken = take_back(actor=access_resident(request), number=number, now=clock.now())
    except CannotRelease as refusal:
        messages.warning(request, str(refusal))
        return redirect("withholding:year-end")
    messages.success(request, _("Taken back. The employer sees nothing of it any more."))
    return redirect(f"{reverse('withholding:year-end')}?year={taken.tax_year}")


@require_http_methods(["GET", "POST"])
@never_cache
def consent(request: HttpRequest) -> HttpResponse:
    actor, now = access_resident(request), clock.now()
    person = require_person(actor)
    given = list_consents_of(person, now=now)
    allowed = {one.viewer for one in given} | {person}
    family = {number: name for number, name in list_family(actor=actor, now=now).items() if number not in allowed}
    form = ConsentForm(request.POST if request.method == "POST" else None, family=family)
    if request.method == "POST" and form.is_valid():
        try:
            give_consent(actor=actor, viewer=form.cleaned_data["viewer"], now=now)
        except CannotConsent as refusal:
            form.add_error("viewer", str(refusal))
        else:
            messages.success(request, _("They can see it now. You can take that back at any time."))
            return redirect("withholding:consent")
    return render(request, "withholding/consent.html", {"form": form, "given": given, "family": family})


@require_POST
def stop_consent(request: HttpRequest, consent_id: int) -> HttpResponse:
    end_consent(actor=access_resident(request), consent_id=consent_id, now=clock.now())
    messages.success(request, _("Taken back. They see nothing of it any more."))
    return redirect("withholding:consent")


def _read_year(request: HttpRequest, reported: Sequence[int]) -> int:
    """The year asked for; else the newest with anything in it, else the last one that is over."""
    today = local_day(clock.now(), settings.TIME_ZONE)
    asked = request.GET.get("year", "")
    if asked in {str(year) for year in list_years(today)}:
        return int(asked)
    return reported[0] if reported else today.year - 1


def _bars(own: Shown) -> list[tuple[tuple[str, str], int]]:
    """A column for each who reported, in whole millions."""
    sums: dict[str, int] = {}
    for line in own.lines:
        sums[line.reported_by] = sums.get(line.reported_by, 0) + line.amount
    millions = {name: round(amount / _MILLION) for name, amount in sums.items()}
    return [((name, name[:12]), amount) for name, amount in millions.items() if amount]
