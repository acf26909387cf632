from django.urls import path

from gapura.kernel.federation import endpoints
from gapura.kernel.federation.views import authorization, desk, outside, sites

app_name = "federation"
urlpatterns = [
    path(".well-known/openid-configuration", endpoints.show_configuration, name="configuration"),
    path("connect/keys.json", endpoints.show_keys, name="keys"),
    path("connect/authorize/", authorization.authorize, name="authorize"),
    path("connect/answer/", authorization.answer, name="answer"),
    path("connect/sign-out/", authorization.sign_out, name="sign-out"),
    path("connect/request/", endpoints.push, name="push"),
    path("connect/token/", endpoints.exchange_token, name="token"),
    path("connect/introspect/", endpoints.introspect, name="introspect"),
    path("connect/revoke/", endpoints.revoke, name="revoke"),
    path("connect/userinfo/", endpoints.show_userinfo, name="userinfo"),
    path("connected-sites/", sites.list_sites, name="sites"),
    path("connected-sites/<int:connection_id>/end/", sites.disconnect, name="disconnect"),
    path("connected-sites/outside/<int:link_id>/end/", sites.unlink, name="unlink"),
    path("sign-in/with/<slug:code>/", outside.start, name="start"),
    path("sign-in/with/<slug:code>/back/", outside.come_back, name="come-back"),
    path("sign-in/link/", outside.link, name="link"),
    path("desk/sites/", desk.list_clients, name="clients"),
    path("desk/sites/new/", desk.propose, name="propose-client"),
    path("desk/sites/<slug:client_id>/", desk.show_client, name="client"),
    path("desk/sites/<slug:client_id>/secret/", desk.make_secret, name="make-secret"),
    path("desk/sites/<slug:client_id>/end/", desk.end, name="end-client"),
]
