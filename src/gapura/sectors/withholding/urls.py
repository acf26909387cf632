from django.urls import path

from gapura.sectors.withholding import endpoints
from gapura.sectors.withholding.views import reporting, year_end

app_name = "withholding"
urlpatterns = [
    path("reporting/", reporting.show_deliveries, name="deliveries"),
    path("reporting/deliver/", reporting.deliver, name="deliver"),
    path("reporting/deliveries/<str:number>/", reporting.show_delivery, name="delivery"),
    path("reporting/keys/", reporting.show_tokens, name="tokens"),
    path("reporting/keys/<int:token_id>/stop/", reporting.stop_token, name="stop-token"),
    path("reporting/released/", reporting.show_received, name="received"),
    path("reporting/released/<str:number>/use/", reporting.use, name="use"),
    path("reporting/api/deliveries/", endpoints.deliver, name="api-deliver"),
    path("reporting/api/deliveries/<str:number>/", endpoints.show_delivery, name="api-delivery"),
    path("tax/year-end/", year_end.show_year, name="year-end"),
    path("tax/year-end/release/", year_end.release, name="release"),
    path("tax/year-end/releases/<str:number>/take-back/", year_end.take_release_back, name="take-back"),
    path("tax/year-end/consent/", year_end.consent, name="consent"),
    path("tax/year-end/consent/<int:consent_id>/stop/", year_end.stop_consent, name="stop-consent"),
]
