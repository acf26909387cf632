"""A small site built on mozilla-django-oidc, in a process of its own; its one argument is JSON.

It prints its port when it listens. ``/`` tells what the site knows of who is signed in.
"""

import json
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.utils.http import urlencode

OPTIONS: dict[str, Any] = json.loads(sys.argv[1])
ISSUER, FOLDER = OPTIONS["issuer"], OPTIONS["folder"]

settings.configure(
    SECRET_KEY="the key of a site",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{FOLDER}/site.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "mozilla_django_oidc",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    AUTHENTICATION_BACKENDS=[f"{__name__}.BySubject"],
    SESSION_COOKIE_NAME="site",
    OIDC_RP_CLIENT_ID=OPTIONS["client_id"],
    OIDC_RP_CLIENT_SECRET=OPTIONS["client_secret"],
    OIDC_RP_SIGN_ALGO="ES256",
    OIDC_RP_SCOPES="openid name birthdate over_17",
    OIDC_USE_PKCE=True,
    OIDC_STORE_ID_TOKEN=True,
    OIDC_OP_AUTHORIZATION_ENDPOINT=f"{ISSUER}/connect/authorize/",
    OIDC_OP_TOKEN_ENDPOINT=f"{ISSUER}/connect/token/",
    OIDC_OP_USER_ENDPOINT=f"{ISSUER}/connect/userinfo/",
    OIDC_OP_JWKS_ENDPOINT=f"{ISSUER}/connect/keys.json",
    OIDC_OP_LOGOUT_URL_METHOD=f"{__name__}.address_to_sign_out",
    ALLOW_LOGOUT_GET_METHOD=True,
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    LOGIN_REDIRECT_URL_FAILURE="/failed/",
)
django.setup()

from django.core.management import call_command  # noqa: E402 – needs the settings above
from mozilla_django_oidc.auth import OIDCAuthenticationBackend  # noqa: E402


class BySubject(OIDCAuthenticationBackend):
    """A user of this site is called as Gapura calls them here."""

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return "sub" in claims

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return self.UserModel.objects.filter(username=claims["sub"])

    def create_user(self, claims: dict[str, Any]) -> Any:
        return self.update_user(self.UserModel(username=claims["sub"]), claims)

    def update_user(self, user: Any, claims: dict[str, Any]) -> Any:
        user.first_name = claims.get("name", "")
        user.last_name = json.dumps({name: claims[name] for name in sorted(claims) if name not in ("sub", "name")})
        user.save()
        return user


def address_to_sign_out(request: HttpRequest) -> str:
    back = request.build_absolute_uri("/bye/")
    hint = {"id_token_hint": request.session["oidc_id_token"], "post_logout_redirect_uri": back}
    return f"{ISSUER}/connect/sign-out/?{urlencode(hint)}"


def tell(request: HttpRequest) -> JsonResponse:
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"signed_in": False, "path": request.path})
    return JsonResponse(
        {"signed_in": True, "sub": user.username, "name": user.first_name, "others": json.loads(user.last_name)}
    )


urlpatterns = [
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("", tell),
    path("bye/", tell),
    path("failed/", tell),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """No line for each request."""


if __name__ == "__main__":
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    server = make_server("127.0.0.1", OPTIONS["port"], get_wsgi_application(), handler_class=Quiet)
    print(server.server_port, flush=True)
    server.serve_forever()
