"""What the school that a pupil left has to hear."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.identity.queries import access_official
from gapura.sectors.education.actions import note_departure_told, read_departure
from gapura.sectors.education.permissions import PLACEMENT


@require_http_methods(["GET", "HEAD", "POST"])
def show_departure(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Who left which school for which, and that its head has been told."""
    actor = access_official(request, PLACEMENT)
    if request.method == "POST":
        note_departure_told(actor=actor, entry_id=entry_id, now=clock.now())
        messages.success(request, _("Recorded: the old school has been told."))
        return redirect("education:departure", entry_id)
    departure, is_told = read_departure(actor=actor, entry_id=entry_id)
    return render(request, "education/departure.html", {"departure": departure, "is_told": is_told})
