from django.urls import path

from gapura.kernel.records import views

app_name = "records"
urlpatterns = [
    path("my-data/rights/", views.show_copies, name="copies"),
    path("my-data/rights/copies/<str:code>/", views.download_copy, name="copy-file"),
    path("my-data/rights/consent/withdraw/", views.withdraw, name="withdraw-consent"),
    path("my-data/rights/consent/<int:withdrawal_id>/renew/", views.renew, name="renew-consent"),
    path("desk/records/", views.show_desk, name="desk"),
    path("desk/records/holds/", views.set_hold, name="set-hold"),
    path("desk/records/holds/<str:number>/", views.lift_hold, name="lift-hold"),
]
