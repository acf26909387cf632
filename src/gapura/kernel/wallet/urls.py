from django.urls import path

from gapura.kernel.wallet import endpoints
from gapura.kernel.wallet.views import received, sending, shared, sharing

app_name = "wallet"
urlpatterns = [
    path("documents/<str:code>/send/", sending.send, name="send"),
    path("documents/<str:code>/link/", sending.make, name="link"),
    path("wallet/", sending.show_sent, name="sent"),
    path("wallet/<str:number>/", sending.show_delivery, name="delivery"),
    path("wallet/<str:number>/stop/", sending.stop, name="stop"),
    path("facts/", sharing.show_shared, name="facts"),
    path("facts/share/<slug:receiver>/", sharing.share, name="share"),
    path("facts/<str:number>/", sharing.show_sharing, name="sharing"),
    path("facts/<str:number>/stop/", sharing.stop, name="stop-sharing"),
    path("shared-facts/<str:number>/", endpoints.fetch_facts, name="fetch-facts"),
    path("desk/received-facts/<str:number>/", received.open_facts, name="agency-facts"),
    path("received/", received.show_company, name="company"),
    path("received/<str:number>/file/", received.open_for_company, name="company-file"),
    path("desk/received/", received.show_agency, name="agency"),
    path("desk/received/<str:number>/file/", received.open_for_agency, name="agency-file"),
    path("shared/<str:token>/", shared.open_shared, name="shared"),
    path("shared/<str:token>/file/", shared.fetch, name="shared-file"),
]
