from django.urls import path

from gapura.kernel.cases.views import consents, residents, statistics

app_name = "cases"
urlpatterns = [
    path("services/<str:code>/apply/", residents.apply, name="apply"),
    path("cases/<str:number>/", residents.show_case, name="case"),
    path("cases/<str:number>/withdraw/", residents.withdraw, name="withdraw"),
    path("cases/<str:number>/supplement/", residents.answer, name="supplement"),
    path("cases/<str:number>/rating/", residents.rate, name="rate"),
    path("cases/<str:number>/appeal/", residents.appeal, name="appeal"),
    path("consents/", consents.list_mine, name="consents"),
    path("consents/<str:number>/", consents.answer, name="consent"),
    path("statistics/", statistics.show_public_figures, name="public-statistics"),
    path("statistics/statistics.csv", statistics.download_public_figures, name="public-statistics-csv"),
    path("desk/statistics/", statistics.show_statistics, name="statistics"),
    path("desk/statistics/statistics.csv", statistics.download_statistics, name="statistics-csv"),
]
