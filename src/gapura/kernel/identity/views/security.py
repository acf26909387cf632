"""The page about one's own security: ways to sign in, sessions, attempts."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity import passkeys
from gapura.kernel.identity.actions import (
    add_passkey,
    end_sessions,
    make_recovery_codes,
    record_credentials_change,
    remove_passkey,
    rename_passkey,
)
from gapura.kernel.identity.forms import NewPasskeyForm, NewPasswordForm, NewSecondFactorForm, PasskeyNameForm
from gapura.kernel.identity.origins import name_agent
from gapura.kernel.identity.queries import (
    count_recovery_codes,
    get_actor,
    list_appointments,
    list_passkeys,
    list_recent_sign_ins,
    sign_in_level,
)
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.types import AccessDenied, StepUpRequired
from gapura.kernel.identity.views.navigation import passkey_context, with_passkeys


class ChangePassword(PasswordChangeView):
    template_name = "identity/password.html"
    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        get_actor(request)
        return super().dispatch(request, *args, **kwargs)


class AddSecondFactor(ActivateTOTPView):
    template_name = "identity/add_second_factor.html"
    form_class = NewSecondFactorForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_for_the_counter(request):
            return _send_to_counter(request)
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")

    def form_valid(self, form: NewSecondFactorForm) -> HttpResponse:
        with transaction.atomic():
            _record_change(self.request, "second_factor_added")
            return super().form_valid(form)


class RemoveSecondFactor(DeactivateTOTPView):
    template_name = "identity/remove_second_factor.html"

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            _record_change(self.request, "second_factor_removed")
            return super().form_valid(form)


@require_http_methods(["GET", "POST"])
@reauthentication_required(app="allauth.mfa")
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """How many are left, and ten new ones: shown in this one answer, since only their digests are kept."""
    actor, codes = get_actor(request), list[str]()
    if request.method == "POST":
        codes = make_recovery_codes(actor=actor, account=request.user)
    context = {"codes": codes, "left": count_recovery_codes(request.user)}
    return render(request, "identity/recovery_codes.html", context)


@require_http_methods(["GET", "POST"])
@with_passkeys
@reauthentication_required(app="allauth.mfa")
def new_passkey(request: SignedInRequest) -> HttpResponse:
    """Make a passkey on the device in front of the person."""
    if _is_for_the_counter(request):
        return _send_to_counter(request)
    now = clock.now()
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        has_codes = count_recovery_codes(request.user) > 0
        add_passkey(actor=get_actor(request), account=request.user, passkey=form.credentials)
        messages.success(request, _("Your passkey is set up. Sign in with it next time."))
        return HttpResponseRedirect(reverse("identity:security" if has_codes else "mfa_view_recovery_codes"))
    account = request.user
    options = passkeys.ask_for_new(request, handle=account.handle, name=account.login, account=account, now=now)
    return render(request, "identity/new_passkey.html", {"form": form} | passkey_context(request, options))


@require_http_methods(["GET", "POST"])
@reauthentication_required(app="allauth.mfa")
def change_passkey(request: SignedInRequest, passkey_id: int) -> HttpResponse:
    """Call one of one's own passkeys by another name, or remove it."""
    passkey = next((row for row in list_passkeys(request.user) if row.pk == passkey_id), None)
    if passkey is None:
        raise AccessDenied
    is_last = _is_last_strong_way(request, passkey)
    form = PasskeyNameForm(request.POST or None, initial={"name": passkey.data["name"]})
    actor, account = get_actor(request), request.user
    if "remove" in request.POST and not is_last:
        remove_passkey(actor=actor, account=account, passkey_id=passkey_id)
        messages.success(request, _("The passkey is removed."))
        return HttpResponseRedirect(reverse("identity:security"))
    if "rename" in request.POST and form.is_valid():
        rename_passkey(actor=actor, account=account, passkey_id=passkey_id, name=form.cleaned_data["name"])
        return HttpResponseRedirect(reverse("identity:security"))
    context = {"form": form, "passkey": passkey, "is_last": is_last}
    return render(request, "identity/change_passkey.html", context)


@require_GET
def show_security(request: SignedInRequest) -> HttpResponse:
    """One's own ways to sign in, open sessions, and the last attempts."""
    get_actor(request)
    sessions = [
        (session, name_agent(session.user_agent), session.is_current())
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    context = {
        "has_second_factor": is_mfa_enabled(request.user, [Authenticator.Type.TOTP]),
        "has_password": request.user.has_usable_password(),
        "passkeys": list_passkeys(request.user),
        "level": sign_in_level(request).name.lower(),
        "sessions": sessions,
        "sign_ins": list_recent_sign_ins(request.user),
        "login": request.user.login,
    }
    return render(request, "identity/security.html", context)


@require_POST
def end_session(request: SignedInRequest, session_id: int | None = None) -> HttpResponse:
    """End one of one's own sessions, or all the others."""
    end_sessions(actor=get_actor(request), keep=request.session.session_key or "", session_id=session_id)
    messages.success(request, _("The session was ended."))
    return HttpResponseRedirect(reverse("identity:security"))


def _is_for_the_counter(request: Any) -> bool:
    """A phished password must not be enough to become an official: their first strong way comes from a counter.

    Raises StepUpRequired where the official has a strong way and did not use it.
    """
    get_actor(request)
    account = request.user
    if not list_appointments(account, on=localdate(clock.now())):
        return False
    if sign_in_level(request) >= AssuranceLevel.SUBSTANTIAL:
        return False
    if is_mfa_enabled(account, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
        raise StepUpRequired
    return True


def _send_to_counter(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/counter_only.html")


def _is_last_strong_way(request: SignedInRequest, passkey: Authenticator) -> bool:
    """Whether the account could not be used without it: no password beside it, or a post that needs it."""
    if len(list_passkeys(request.user)) > 1:
        return False
    holds_post = bool(list_appointments(request.user, on=localdate(clock.now())))
    return holds_post or not request.user.has_usable_password()


def _record_change(request: Any, change: str) -> None:
    record_credentials_change(actor=get_actor(request), account=request.user, change=change)
