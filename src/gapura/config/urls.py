"""The root addresses. Each module owns its own below."""

from django.urls import include, path

urlpatterns = [
    path("", include("gapura.portal.urls")),
    path("", include("gapura.kernel.catalogue.urls")),
    path("", include("gapura.kernel.cases.urls")),
    path("", include("gapura.kernel.documents.urls")),
    path("", include("gapura.kernel.identity.urls")),
    path("desk/", include("gapura.desk.urls")),
    path("desk/civil/", include("gapura.sectors.civil.urls")),
]
