from django.urls import path

from gapura.sectors.civil import views

app_name = "civil"
urlpatterns = [
    path("", views.search, name="search"),
    path("findings/", views.list_findings, name="findings"),
    path("findings/<int:finding_id>/", views.show_finding, name="finding"),
    path("look-ups/<str:number>/", views.show_person, name="person"),
    path("look-ups/<str:number>/death/<int:entry_id>/annul/", views.annul_death, name="annul-death"),
    path("look-ups/<str:number>/<slug:register>/<int:entry_id>/correct/", views.correct, name="correct"),
]
