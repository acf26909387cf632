from django.urls import path

from gapura.kernel.credentials import endpoints
from gapura.kernel.credentials.views import desk, holding

app_name = "credentials"
urlpatterns = [
    path(".well-known/openid-credential-issuer/credentials", endpoints.show_issuer, name="issuer"),
    path(".well-known/oauth-authorization-server/credentials", endpoints.show_authorization_server, name="server"),
    path(".well-known/jwt-vc-issuer/credentials", endpoints.show_keys, name="keys"),
    path("credentials/types/<slug:kind>/", endpoints.show_type, name="type"),
    path("credentials/status/<slug:kind>/<int:status_list>/", endpoints.show_status, name="status"),
    path("credentials/nonce/", endpoints.give_nonce, name="nonce"),
    path("credentials/token/", endpoints.give_token, name="token"),
    path("credentials/credential/", endpoints.give_credential, name="credential"),
    path("credentials/requests/<str:number>/", endpoints.show_request, name="request"),
    path("credentials/requests/<str:number>/answer/", endpoints.take_answer, name="answer"),
    path("phone-wallet/", holding.show_mine, name="mine"),
    path("phone-wallet/<slug:kind>/put/", holding.put, name="put"),
    path("phone-wallet/<str:number>/stop/", holding.stop, name="stop"),
    path("desk/show/", desk.ask, name="ask"),
    path("desk/show/<str:number>/", desk.show_answer, name="shown"),
]
