"""Whether a card is in force, for anybody who is shown one, without an account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.production import queries
from gapura.kernel.production.forms import CardForm


@require_http_methods(["GET", "HEAD", "POST"])
def verify_card(request: HttpRequest) -> HttpResponse:
    """Number and day are sent, never part of an address: addresses are kept in logs and histories."""
    form = CardForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    verdict = None
    if form.is_valid():
        given, today = form.cleaned_data, clock.today(settings.TIME_ZONE)
        verdict = queries.verify_card(given["document_number"], given["issued_on"], today=today)
    return render(request, "production/verify_card.html", {"form": form, "verdict": verdict})
