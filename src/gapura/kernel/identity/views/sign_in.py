"""Signing in and out, confirming that it is still you, stepping up, and choosing a capacity."""

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.account.models import Login
from allauth.account.views import BaseReauthenticateView, LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeConfirmationView
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic.edit import FormView

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.identity import passkeys
from gapura.kernel.identity.actions import change_language, record_capacity, record_step_up
from gapura.kernel.identity.forms import (
    CodeConfirmationForm,
    CodeForm,
    PasskeyConfirmationForm,
    PasskeyForm,
    PasswordForm,
    SignInForm,
)
from gapura.kernel.identity.plugin import list_capacity_panels, list_sign_in_panels
from gapura.kernel.identity.queries import find_actor, get_actor, list_appointments, list_passkeys, sign_in_level
from gapura.kernel.identity.requests import SignedInRequest
from gapura.kernel.identity.sessions import level_for_posts, proof_level, renew_key, switch_capacity
from gapura.kernel.identity.views.navigation import code_panels, next_page, passkey_context, with_passkeys


class SignIn(LoginView):
    template_name = "identity/sign_in.html"
    form_class = SignInForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        panels = [panel.show_at_sign_in(self.request) for panel in list_sign_in_panels()]
        lost = "lost" in self.request.GET
        return super().get_context_data(panels=panels, lost=lost, **kwargs)


@method_decorator(with_passkeys, name="dispatch")
class PasskeySignIn(RedirectAuthenticatedUserMixin, NextRedirectMixin, FormView):
    """The whole sign-in in one touch: whose passkey it is says who the person is."""

    template_name = "identity/passkey.html"
    form_class = PasskeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": None}

    def form_valid(self, form: PasskeyForm) -> HttpResponse:
        form.save()
        owner = form.cleaned_data["credential"].user
        return perform_login(self.request, Login(user=owner, redirect_url=self.get_next_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _ask(self.request, None) | super().get_context_data(confirms=False, **kwargs)


@method_decorator(with_passkeys, name="dispatch")
class SecondFactor(AuthenticateView):
    template_name = "identity/second_factor.html"
    form_class = CodeForm
    webauthn_form_class = PasskeyForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not {"code", "credential"} & set(request.POST):
            return HttpResponseRedirect(request.path)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.stage.login.user
        has_passkey = bool(list_passkeys(account))
        context = {
            "form": self.auth_form,
            "passkey_answer": self.webauthn_form,
            "has_passkey": has_passkey,
            "has_code": is_mfa_enabled(account, [Authenticator.Type.TOTP]),
            "panels": code_panels(self.request),
        }
        return context | (_ask(self.request, account) if has_passkey else {})


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
        return super().get_context_data(panels=code_panels(self.request), **kwargs)

    def form_valid(self, form: CodeConfirmationForm) -> HttpResponse:
        renew_key(self.request)
        response = super().form_valid(form)
        record_step_up(actor=get_actor(self.request), level=sign_in_level(self.request))
        return response


@method_decorator(with_passkeys, name="dispatch")
class ConfirmPasskey(BaseReauthenticateView):
    template_name = "identity/passkey.html"
    form_class = PasskeyConfirmationForm

    def dispatch(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        get_actor(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: PasskeyConfirmationForm) -> HttpResponse:
        renew_key(self.request)
        form.save()
        record_step_up(actor=get_actor(self.request), level=sign_in_level(self.request))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _ask(self.request, self.request.user) | super().get_context_data(confirms=True, **kwargs)


@require_GET
def step_up(request: SignedInRequest) -> HttpResponse:
    """To the passkey or the code, whichever is enough; to setting one up; or to why neither would do."""
    get_actor(request)
    needed, following = _level(request), next_page(request)
    if sign_in_level(request) >= needed:
        weak = proof_level(request) < needed
        return show_weak_proof(request) if weak else HttpResponseRedirect(following)
    query = urlencode({"next": following})
    if list_passkeys(request.user):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate_webauthn')}?{query}")
    if needed <= AssuranceLevel.SUBSTANTIAL and is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
    context = {"needs_passkey": needed > AssuranceLevel.SUBSTANTIAL, "next": following}
    return render(request, "identity/stronger_sign_in.html", context)


@require_GET
def show_weak_proof(request: SignedInRequest) -> HttpResponse:
    """What to do when no way of signing in is enough, because the account is not surely enough the person's."""
    actor = get_actor(request)
    return render(request, "identity/weak_proof.html", {"is_proven": actor.person_number is not None})


@require_http_methods(["GET", "POST"])
def choose_capacity(request: SignedInRequest) -> HttpResponse:
    """Act privately or in a post one holds."""
    get_actor(request)
    now = clock.now()
    if request.method == "POST":
        actor = switch_capacity(request, request.POST.get("post") or None, now=now)
        record_capacity(actor=actor)
        return HttpResponseRedirect(next_page(request))
    context = {
        "posts": [appointment.post for appointment in list_appointments(request.user, on=localdate(now))],
        "next": next_page(request),
        "needs_passkey": level_for_posts() > sign_in_level(request),
        "passkeys_waived": not settings.GAPURA_OFFICIALS_NEED_PASSKEY,
        "panels": [panel.show(request) for panel in list_capacity_panels()],
    }
    return render(request, "identity/capacity.html", context)


@require_POST
def set_language(request: SignedInRequest) -> HttpResponse:
    """Show pages, and send messages, in another language."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(next_page(request))
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


def _ask(request: Any, account: Any) -> dict[str, Any]:
    return passkey_context(request, passkeys.ask(request, account=account, now=clock.now()))


def _level(request: SignedInRequest) -> AssuranceLevel:
    """The level asked for in the address; whoever types another one only leads themselves astray."""
    known = {str(int(level)): level for level in AssuranceLevel}
    return known.get(request.GET.get("level", ""), AssuranceLevel.SUBSTANTIAL)
