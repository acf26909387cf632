from django.urls import path

from gapura.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.show_basket, name="basket"),
    path("cases/<str:number>/", views.show_case, name="case"),
    path("cases/<str:number>/<slug:action>/", views.act_on_case, name="case-action"),
    path("approvals/", views.list_approvals, name="approvals"),
    path("approvals/<int:request_id>/", views.decide_approval, name="approval"),
]
