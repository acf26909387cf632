from django.urls import path

from gapura.kernel.production.views import counters, residents, verification

app_name = "production"
urlpatterns = [
    path("verify-card/", verification.verify_card, name="verify-card"),
    path("cards/", residents.show_cards, name="cards"),
    path("cards/<str:number>/", residents.show_card, name="card"),
    path("desk/cards/", counters.show_counter, name="counter"),
    path("desk/cards/<str:number>/", counters.show_order, name="order"),
    path("desk/cards/<str:number>/photo.jpg", counters.show_photo, name="photo"),
]
