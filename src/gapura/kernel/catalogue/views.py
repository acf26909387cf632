"""The page of a public service, for people and for machines."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gapura.foundation import clock
from gapura.kernel.catalogue.cpsv_ap import write_catalogue, write_service
from gapura.kernel.catalogue.queries import describe_needs, get_agency, get_service, list_services
from gapura.kernel.catalogue.types import NotInForce, ServiceNotInForce


@require_safe
def show_service(request: HttpRequest, code: str) -> HttpResponse:
    """Who, what for, cost, days, law. A service that has ended or not begun says so instead of vanishing."""
    try:
        service = get_service(code, on=clock.today(settings.TIME_ZONE))
    except ServiceNotInForce as refusal:
        if refusal.reason is NotInForce.UNKNOWN:
            raise Http404 from refusal
        return render(request, "catalogue/not_in_force.html", {"reason": refusal.reason}, status=410)
    context = {"service": service, "agency": get_agency(service.agency), "needs": describe_needs(service)}
    return render(request, "catalogue/service.html", context)


@require_safe
def export_service(request: HttpRequest, code: str) -> HttpResponse:
    """The same as CPSV-AP in JSON-LD."""
    try:
        service = get_service(code, on=clock.today(settings.TIME_ZONE))
    except ServiceNotInForce as refusal:
        raise Http404 from refusal
    return JsonResponse(write_service(service), content_type="application/ld+json")


@require_safe
def export_catalogue(request: HttpRequest) -> HttpResponse:
    """Every public service in force today as CPSV-AP in JSON-LD."""
    services = list_services(on=clock.today(settings.TIME_ZONE))
    return JsonResponse(write_catalogue(services), content_type="application/ld+json")
