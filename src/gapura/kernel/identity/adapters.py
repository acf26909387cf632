"""How allauth's sign-in flows use our accounts, our limits, our log and our words."""

import base64
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.actions import (
    check_password,
    new_device_token,
    record_sign_in,
    record_sign_out,
    set_password,
)
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.origins import origin_of
from gapura.kernel.identity.queries import (
    BY_PHONE,
    find_actor,
    get_actor,
    is_by_phone,
    list_appointments,
    list_passkeys,
    sign_in_level,
)
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.sessions import open_session, resume_session
from gapura.kernel.identity.types import TooManyAttempts

_WORDS = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed. All other sessions were ended."),
    "mfa/messages/totp_activated.txt": _("Your second factor is set up."),
    "mfa/messages/totp_deactivated.txt": _("Your second factor is removed."),
}


_METHODS = {
    AssuranceLevel.LOW: "password",
    AssuranceLevel.SUBSTANTIAL: "password_and_code",
    AssuranceLevel.HIGH: "passkey",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The sign-in name or the password is wrong."),
        "too_many_login_attempts": _(
            "There were too many failed attempts. Wait an hour, or use a browser in which you have signed in before."
        ),
        "incorrect_password": _("The password is wrong."),
    }

    def authenticate(self, request: SignedInRequest, **credentials: Any) -> Account | None:
        try:
            return check_password(
                login=credentials["username"],
                password=credentials["password"],
                origin=origin_of(request),
                now=clock.now(),
            )
        except TooManyAttempts as error:
            raise self.validation_error("too_many_login_attempts") from error

    def login(self, request: SignedInRequest, user: Account) -> None:
        super().login(request, user)
        now, origin = clock.now(), origin_of(request)
        open_session(request, now=now)
        request.actor = resume_session(request, now=now)
        request.device_token = new_device_token(user, origin)
        level = sign_in_level(request)
        record_sign_in(
            actor=get_actor(request),
            account=user,
            origin=origin,
            method=BY_PHONE if is_by_phone(request) else _METHODS[level],
            level=level,
            now=now,
        )

    def post_login(self, request: SignedInRequest, user: Account, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if list_appointments(user, on=localdate(clock.now())):
            query = urlencode({"next": response.headers["Location"]})
            return HttpResponseRedirect(f"{reverse('identity:capacity')}?{query}")
        return response

    def logout(self, request: SignedInRequest) -> None:
        if actor := find_actor(request):
            record_sign_out(actor=actor)
        super().logout(request)
        request.actor = None

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Whoever has more than a password confirms with that, the passkey first."""
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"] != "reauthenticate"]
        return sorted(strong, key=lambda method: "webauthn" not in method["id"]) or methods

    def set_password(self, user: Account, password: str) -> None:
        set_password(actor=get_actor(context.request), account=user, password=password)

    def respond_user_inactive(self, request: SignedInRequest, user: Account) -> HttpResponse:
        return HttpResponseRedirect(reverse("identity:sign-in"))

    def get_password_change_redirect_url(self, request: SignedInRequest) -> str:
        return reverse("identity:security")

    def is_safe_url(self, url: str) -> bool:
        """Only pages of this house: a path, never another address."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_open_for_signup(self, request: SignedInRequest) -> bool:
        return False

    def add_message(
        self,
        request: SignedInRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say it in our words, or not at all."""
        if words := _WORDS.get(message_template or ""):
            messages.add_message(request, level, words)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong or was used before. Wait for the next one and type that."),
        "cannot_delete_authenticator": _(
            "You hold a post, and posts need a second factor. It cannot be removed while you hold it."
        ),
        "passkey_refused": _("The passkey was not accepted. Try once more, or use another way."),
    }

    def get_totp_label(self, user: Account) -> str:
        return user.login

    def get_totp_issuer(self) -> str:
        return "Gapura"

    def build_totp_svg(self, url: str) -> str:
        return draw_code(url)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Officials keep one strong way; a passkey is one, so it may replace the code."""
        account = authenticator.user
        return bool(list_passkeys(account)) or not list_appointments(account, on=localdate(clock.now()))

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def draw_code(text: str) -> str:
    """A QR code as inline SVG, dark on light whatever the page's colors."""
    return segno.make(text, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")


def _box() -> MultiFernet:
    """Secrets of second factors are kept encrypted: a stolen database alone gives nobody a code."""
    secrets = [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(secret))) for secret in secrets])


def _derive(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gapura second factor").derive(secret.encode())
