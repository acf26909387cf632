from django.urls import path

from gapura.kernel.exchange import views

app_name = "exchange"
urlpatterns = [path("exchange/openapi/<str:code>.json", views.show_openapi, name="openapi")]
