"""The root addresses. Each module owns its own below."""

from django.apps import apps
from django.urls import include, path

from gapura.config.browser_reports import take_report
from gapura.config.openapi import show_openapi

urlpatterns = [
    path("openapi.json", show_openapi, name="openapi"),
    path("browser-reports/", take_report, name="browser-reports"),
    path("", include("gapura.portal.urls")),
    path("", include("gapura.kernel.catalogue.urls")),
    path("", include("gapura.kernel.cases.urls")),
    path("", include("gapura.kernel.payments.urls")),
    path("", include("gapura.kernel.production.urls")),
    path("", include("gapura.kernel.mandates.urls")),
    path("", include("gapura.kernel.photos.urls")),
    path("", include("gapura.kernel.documents.urls")),
    path("", include("gapura.kernel.wallet.urls")),
    path("", include("gapura.kernel.credentials.urls")),
    path("", include("gapura.bundles.urls")),
    path("", include("gapura.kernel.exchange.urls")),
    path("", include("gapura.kernel.identity.urls")),
    path("", include("gapura.kernel.records.urls")),
    path("", include("gapura.kernel.operations.urls")),
    path("", include("gapura.kernel.federation.urls")),
    path("", include("gapura.kernel.appointments.urls")),
    path("", include("gapura.kernel.agreements.urls")),
    path("", include("gapura.kernel.editions.urls")),
    path("", include("gapura.kernel.law.urls")),
    path("", include("gapura.sectors.insight.urls")),
    path("desk/office/", include("gapura.sectors.office.urls")),
    path("letters/", include("gapura.sectors.office.portal_urls")),
    path("public-documents/", include("gapura.sectors.office.public_urls")),
    path("desk/smart-work/", include("gapura.sectors.smart_work.urls")),
    path("", include("gapura.sectors.invoicing.urls")),
    path("desk/", include("gapura.desk.urls")),
    path("", include("gapura.sectors.withholding.urls")),
    path("", include("gapura.sectors.tax.urls")),
    path("desk/civil/", include("gapura.sectors.civil.urls")),
    path("desk/education/", include("gapura.sectors.education.urls")),
    path("desk/health/", include("gapura.sectors.health.urls")),
]
if apps.is_installed("gapura.sectors.justice"):  # on a node of its own (GAPURA_WITHOUT elsewhere)
    urlpatterns.append(path("desk/justice/", include("gapura.sectors.justice.urls")))
