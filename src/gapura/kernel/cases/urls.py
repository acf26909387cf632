from django.urls import path

from gapura.kernel.cases import views

app_name = "cases"
urlpatterns = [
    path("services/<str:code>/apply/", views.apply, name="apply"),
    path("cases/<str:number>/", views.show_case, name="case"),
    path("cases/<str:number>/withdraw/", views.withdraw, name="withdraw"),
    path("cases/<str:number>/supplement/", views.answer, name="supplement"),
    path("cases/<str:number>/appeal/", views.appeal, name="appeal"),
]
