from django.urls import path

from gapura.kernel.photos import views

app_name = "photos"
urlpatterns = [path("photos/<str:code>.jpg", views.show_picture, name="picture")]
