from django.urls import path

from gapura.kernel.payments import endpoints
from gapura.kernel.payments.views import bills, treasury

app_name = "payments"
urlpatterns = [
    path("bills/<str:number>/", bills.show_bill, name="bill"),
    path("bills/<str:number>/receipt/", bills.get_receipt, name="receipt"),
    path("bills/<str:number>/back/", bills.come_back, name="back"),
    path("payments/callbacks/<slug:provider>/", endpoints.callback, name="callback"),
    path("desk/treasury/", treasury.show_treasury, name="treasury"),
    path("desk/treasury/differences/<int:difference_id>/", treasury.show_difference, name="difference"),
    path("desk/treasury/differences/<int:difference_id>/<slug:action>/", treasury.show_difference, name="clear-up"),
]
