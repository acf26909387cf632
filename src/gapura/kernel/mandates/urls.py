from django.urls import path

from gapura.kernel.mandates import views

app_name = "mandates"
urlpatterns = [
    path("mandates/", views.show_mandates, name="mine"),
    path("mandates/clients/", views.show_clients, name="clients"),
    path("mandates/act/", views.begin, name="begin"),
    path("mandates/stop/", views.stop, name="stop"),
    path("mandates/grant/", views.grant, name="grant"),
    path("mandates/grant/sign/", views.sign, name="sign"),
    path("mandates/<str:number>/", views.show_mandate, name="mandate"),
    path("mandates/<str:number>/accept/", views.accept, name="accept"),
    path("mandates/<str:number>/end/", views.end, name="end"),
]
