from django.urls import path

from gapura.kernel.editions import views

app_name = "editions"
urlpatterns = [
    path("desk/services/", views.show_list, name="list"),
    path("desk/services/new/", views.start, name="start"),
    path("desk/services/editions/<str:number>/", views.edit, name="edition"),
    path("desk/services/editions/<str:number>/preview/<slug:page>/", views.preview, name="preview"),
    path("desk/services/<str:code>/end/", views.end, name="end"),
]
