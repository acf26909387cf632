from django.urls import path

from gapura.bundles import views

app_name = "bundles"
urlpatterns = [
    path("together/<slug:code>/", views.ask, name="ask"),
    path("together/requests/<str:number>/", views.show_request, name="request"),
]
