from django.urls import path

from gapura.sectors.insight import views

app_name = "insight"
urlpatterns = [
    path("desk/policy/", views.show_list, name="list"),
    path("desk/policy/<str:number>/", views.show_run, name="run"),
    path("desk/policy/<str:number>/<slug:table>.csv", views.send_table, name="csv"),
]
