from django.urls import path

from gapura.sectors.civil import views

app_name = "civil"
urlpatterns = [
    path("", views.search, name="search"),
    path("look-ups/<str:number>/", views.show_person, name="person"),
    path("look-ups/<str:number>/<slug:register>/<int:entry_id>/correct/", views.correct, name="correct"),
]
