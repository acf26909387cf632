from django.urls import path

from gapura.sectors.health import views

app_name = "health"
urlpatterns = [
    path("births/", views.report, name="report-birth"),
    path("deaths/", views.tell_of_death, name="report-death"),
]
