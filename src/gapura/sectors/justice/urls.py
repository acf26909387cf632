from django.urls import path

from gapura.sectors.justice import views

app_name = "justice"
urlpatterns = [
    path("", views.search, name="search"),
    path("readings/<str:number>/", views.show_reading, name="reading"),
    path("readings/<str:number>/<slug:kind>/new/", views.enter, name="enter"),
    path("readings/<str:number>/<slug:kind>/<int:entry_id>/change/", views.change, {"act": "change"}, name="change"),
    path("readings/<str:number>/<slug:kind>/<int:entry_id>/lift/", views.change, {"act": "lift"}, name="lift"),
]
