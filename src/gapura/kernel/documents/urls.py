from django.urls import path

from gapura.kernel.documents import views

app_name = "documents"
urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.show_verification, name="verify-code"),
]
