"""Signing in and out, the second factor, choosing a capacity, and the page about one's own security."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeConfirmationView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity.actions import (
    change_language,
    end_sessions,
    record_capacity,
    record_credentials_change,
)
from gapura.kernel.identity.forms import (
    CodeConfirmationForm,
    CodeForm,
    NewPasswordForm,
    NewSecondFactorForm,
    PasswordForm,
    SignInForm,
)
from gapura.kernel.identity.origins import name_agent
from gapura.kernel.identity.plugin import list_sign_in_panels
from gapura.kernel.identity.queries import find_actor, get_actor, list_appointments, list_recent_sign_ins
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.sessions import renew_key, sign_in_level, switch_capacity


class SignIn(LoginView):
    template_name = "identity/sign_in.html"
    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panels = [panel.show_at_sign_in(self.request) for panel in list_sign_in_panels()]
        lost = "lost" in self.request.GET
        return super().get_context_data(panels=panels, lost=lost, **kwargs)


class SecondFactor(AuthenticateView):
    template_name = "identity/second_factor.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and "code" not in request.POST:
            return HttpResponseRedirect(request.path)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"panels": _code_panels(self.request)}


class SignOut(LogoutView):
    template_name = "identity/sign_out.html"


class ConfirmPassword(ReauthenticateView):
    template_name = "identity/confirm.html"
    form_class = PasswordForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(panels=[], **kwargs)

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        renew_key(self.request)
        return super().form_valid(form)


class ConfirmCode(CodeConfirmationView):
    template_name = "identity/confirm.html"
    form_class = CodeConfirmationForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(panels=_code_panels(self.request), **kwargs)

    def form_valid(self, form: CodeConfirmationForm) -> HttpResponse:
        renew_key(self.request)
        return super().form_valid(form)


class ChangePassword(PasswordChangeView):
    template_name = "identity/password.html"
    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        get_actor(request)
        return super().dispatch(request, *args, **kwargs)


class AddSecondFactor(ActivateTOTPView):
    template_name = "identity/add_second_factor.html"
    form_class = NewSecondFactorForm

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


class RecoveryCodes(ViewRecoveryCodesView):
    template_name = "identity/recovery_codes.html"


class NewRecoveryCodes(GenerateRecoveryCodesView):
    template_name = "identity/new_recovery_codes.html"

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            _record_change(self.request, "recovery_codes")
            return super().form_valid(form)


@require_GET
def step_up(request: SignedInRequest) -> HttpResponse:
    """To the second factor, or to setting one up."""
    get_actor(request)
    query = urlencode({"next": _next(request)})
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
    messages.info(request, _("This needs a second factor. Set one up now, then try again."))
    return HttpResponseRedirect(reverse("mfa_activate_totp"))


@require_http_methods(["GET", "POST"])
def choose_capacity(request: SignedInRequest) -> HttpResponse:
    """Act privately or in a post one holds."""
    get_actor(request)
    now = clock.now()
    if request.method == "POST":
        actor = switch_capacity(request, request.POST.get("post") or None, now=now)
        record_capacity(actor=actor)
        return HttpResponseRedirect(_next(request))
    posts = [appointment.post for appointment in list_appointments(request.user, on=localdate(now))]
    return render(request, "identity/capacity.html", {"posts": posts, "next": _next(request)})


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
        "is_substantial": sign_in_level(request) >= AssuranceLevel.SUBSTANTIAL,
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


@require_POST
def set_language(request: SignedInRequest) -> HttpResponse:
    """Show pages, and send messages, in another language."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(_next(request))
    if language not in dict(settings.LANGUAGES):
        return response
    if actor := find_actor(request):
        change_language(actor=actor, account=request.user, language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _next(request: SignedInRequest) -> str:
    return get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL


def _code_panels(request: SignedInRequest) -> list[SafeString]:
    return [panel.show_at_second_factor(request) for panel in list_sign_in_panels()]


def _record_change(request: Any, change: str) -> None:
    record_credentials_change(actor=get_actor(request), account=request.user, change=change)
