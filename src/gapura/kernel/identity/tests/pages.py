"""Pages that ask who is there, beside all real ones: what other modules do with our public functions."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.queries import access_official, access_resident, get_actor, require_assurance
from gapura.kernel.identity.types import StepUpRequired


def resident_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(access_resident(request).person_number)


def registrar_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(access_official(request, "civil.registrar", "civil.supervisor").post_code)


def auditor_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(access_official(request, "audit.auditor").post_code)


def sure_page(request: HttpRequest) -> HttpResponse:
    if get_actor(request).assurance < AssuranceLevel.SUBSTANTIAL:
        raise StepUpRequired
    return HttpResponse("sure")


def page_needing(level: AssuranceLevel) -> Callable[[HttpRequest], HttpResponse]:
    def page(request: HttpRequest) -> HttpResponse:
        require_assurance(request, level)
        return HttpResponse("very sure")

    return page


urlpatterns = [
    path("test/unsure/", page_needing(AssuranceLevel.LOW)),
    path("test/surer/", page_needing(AssuranceLevel.SUBSTANTIAL)),
    path("test/very-sure/", page_needing(AssuranceLevel.HIGH)),
    path("test/resident/", resident_page),
    path("test/registrar/", registrar_page),
    path("test/auditor/", auditor_page),
    path("test/sure/", sure_page),
    path("", include("gapura.config.urls")),
]
