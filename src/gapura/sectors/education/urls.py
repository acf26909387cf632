from django.urls import path

from gapura.sectors.education import views

app_name = "education"
urlpatterns = [path("departures/<int:entry_id>/", views.show_departure, name="departure")]
