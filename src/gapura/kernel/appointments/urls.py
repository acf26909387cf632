from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from gapura.kernel.appointments import views

app_name = "appointments"


@csrf_exempt
def answer_scim(request: HttpRequest, endpoint: str, name: str = "") -> HttpResponse:
    """Loads what speaks SCIM when it is first spoken to: it takes longer than half of the house to start."""
    from gapura.kernel.appointments.endpoints import answer

    return answer(request, endpoint, name)


urlpatterns = [
    path("scim/v2/<str:endpoint>", answer_scim, name="scim"),
    path("scim/v2/<str:endpoint>/<str:name>", answer_scim, name="scim-one"),
    path("desk/people/", views.show_people, name="people"),
    path("desk/people/people.csv", views.download_people, name="people-csv"),
    path("desk/people/new/", views.order, name="order"),
    path("desk/people/orders/<int:order_id>/end/", views.end, name="end-order"),
    path("desk/emergency/", views.show_emergencies, name="emergencies"),
    path("desk/emergency/take/", views.take, name="take-power"),
    path("desk/emergency/<int:access_id>/", views.review, name="review"),
    path("desk/emergency/<int:access_id>/end/", views.give_back, name="end-power"),
]
