from django.urls import path

from gapura.kernel.agreements.views import pages, requests, standing

app_name = "agreements"
urlpatterns = [
    path("agreements/", pages.show_register, name="register"),
    path("agreements/agreements.jsonld", pages.export_register, name="register-jsonld"),
    path("desk/agreements/", pages.show_list, name="list"),
    path("desk/agreements/agreements.csv", pages.download_list, name="list-csv"),
    path("desk/agreements/askers/", pages.show_askers, name="askers"),
    path("desk/agreements/new/", requests.request_new, name="request"),
    path("desk/agreements/requests/<str:number>/", requests.show_request, name="case"),
    path("desk/agreements/requests/<str:number>/opinion/", requests.judge, name="judge"),
    path("desk/agreements/requests/<str:number>/decision/", requests.decide, name="decide"),
    path("desk/agreements/requests/<str:number>/withdraw/", requests.withdraw, name="withdraw"),
    path("desk/agreements/<str:code>/", standing.show_agreement, name="agreement"),
    path("desk/agreements/<str:code>/use.csv", standing.download_use, name="use-csv"),
    path("desk/agreements/<str:code>/<slug:action>/", standing.act, name="act"),
]
