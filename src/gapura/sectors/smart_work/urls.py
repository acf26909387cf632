from django.urls import path

from gapura.sectors.smart_work.views import bookings, doors, figures, remote, seats

app_name = "smart_work"
urlpatterns = [
    path("", seats.show_home, name="home"),
    path("centers/<slug:code>/", seats.show_center, name="center"),
    path("bookings/<slug:number>/", bookings.show_booking, name="booking"),
    path("requests/", bookings.show_requests, name="requests"),
    path("requests/<slug:number>/", bookings.show_request, name="request"),
    path("arrive/<str:token>/", doors.show_arrival, name="arrive"),
    path("centers/<slug:code>/door/", doors.show_screen, name="screen"),
    path("centers/<slug:code>/poster/", doors.show_poster, name="poster"),
    path("centers/<slug:code>/host/", doors.show_host, name="host"),
    path("figures/", figures.show_figures, name="figures"),
    path("figures/<slug:table>.csv", figures.send_table, name="csv"),
    path("remote/", remote.show_remote, name="remote"),
    path("remote/<slug:number>/withdraw/", remote.withdraw, name="withdraw-remote"),
]
