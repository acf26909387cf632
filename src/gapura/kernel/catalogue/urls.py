from django.urls import path

from gapura.kernel.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("services.jsonld", views.export_catalogue, name="catalogue-jsonld"),
    path("services/<str:code>/", views.show_service, name="service"),
    path("services/<str:code>/data.jsonld", views.export_service, name="service-jsonld"),
]
