from django.urls import path

from gapura.kernel.operations import views

app_name = "operations"
urlpatterns = [
    path("health/live", views.say_live, name="live"),
    path("health/ready", views.say_ready, name="ready"),
    path("metrics", views.show_metrics, name="metrics"),
    path("status/", views.show_status, name="status"),
    path("desk/holders/", views.show_holders, name="holders"),
    path("desk/outages/", views.show_outages, name="outages"),
    path("desk/outages/<int:outage_id>/", views.show_outage, name="outage"),
]
