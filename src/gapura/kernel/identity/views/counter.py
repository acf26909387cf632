"""The counter: officials enter and decide visits, and people use the code they got there."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity import passkeys
from gapura.kernel.identity.actions import (
    activate_account,
    decide_visit,
    enter_visit,
    make_recovery_codes,
    start_activation,
)
from gapura.kernel.identity.forms import (
    ActivationForm,
    FirstPasskeyForm,
    FirstPasswordForm,
    VisitForm,
    list_counter_documents,
)
from gapura.kernel.identity.models import Account, new_handle
from gapura.kernel.identity.origins import origin_of
from gapura.kernel.identity.permissions import can_decide_visit
from gapura.kernel.identity.queries import access_counter, access_visit, find_activation, find_handle_of, list_visits
from gapura.kernel.identity.types import (
    ActivationRefused,
    CannotCreateAccount,
    CannotOpenAtCounter,
    NewPasskey,
    NewPassword,
    TooManyAttempts,
    VisitPurpose,
)
from gapura.kernel.identity.views.navigation import passkey_context, with_passkeys
from gapura.web.languages import reader_language

_ACTIVATION = "activation"
_ACTIVATED = system_actor("activation")


@require_http_methods(["GET", "HEAD", "POST"])
def show_counter(request: HttpRequest) -> HttpResponse:
    """The visits of the office, and the form for the next one."""
    actor = access_counter(request)
    form = VisitForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            enter_visit(actor=actor, **form.cleaned_data, now=clock.now())
        except CannotOpenAtCounter as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Entered. A colleague confirms it now, then the person gets their code."))
            return redirect("identity:counter")
    context = {"form": form, "visits": list_visits(actor), "now": clock.now()}
    return render(request, "identity/counter.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Confirm or refuse a visit. The code appears in the answer to the confirmation and nowhere else, ever."""
    actor = access_counter(request)
    visit = access_visit(actor, visit_id)
    code = ""
    if request.method == "POST":
        confirmed = request.POST.get("decision") == "confirm"
        try:
            code = decide_visit(actor=actor, visit_id=visit_id, confirmed=confirmed, now=clock.now())
        except CannotOpenAtCounter as refusal:
            messages.warning(request, str(refusal))
            return redirect("identity:visit", visit_id)
        visit.refresh_from_db()
    context = {
        "visit": visit,
        "code": code,
        "address": settings.GAPURA_PUBLIC_ADDRESS + reverse("identity:activate"),
        "document": list_counter_documents()[visit.document],
        "can_decide": visit.decided_at is None and can_decide_visit(actor, visit),
    }
    return render(request, "identity/visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """First step of using a code from a counter: the number and the code."""
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            visit_id = start_activation(**form.cleaned_data, origin=origin_of(request), now=clock.now())
        except TooManyAttempts:
            form.add_error(None, _("There were too many attempts. Wait ten minutes, then try once more."))
        except ActivationRefused:
            form.add_error(
                None, _("Number and code do not fit, or the code is too old. Ask at the counter for a new one.")
            )
        else:
            request.session.cycle_key()
            handle = find_handle_of(form.cleaned_data["person_number"]) or new_handle()
            request.session[_ACTIVATION] = {"visit": visit_id, "handle": handle}
            return redirect("identity:choose-credentials")
    return render(request, "identity/activate.html", {"form": form})


@never_cache
@with_passkeys
@require_http_methods(["GET", "HEAD", "POST"])
def choose_credentials(request: HttpRequest) -> HttpResponse:
    """Second step: a passkey, or a password with a second factor. Without the first step there is none.

    The answer to it shows the recovery codes, which nobody can show again.
    """
    begun = request.session.get(_ACTIVATION)
    visit = find_activation(begun["visit"], now=clock.now()) if begun else None
    if begun is None or visit is None:
        request.session.pop(_ACTIVATION, None)
        return redirect("identity:activate")
    is_new = visit.purpose == VisitPurpose.OPEN
    with_password = request.GET.get("way") == "password"
    data = request.POST if request.method == "POST" else None
    form: Any = (
        FirstPasswordForm(data, asks_login=is_new, secret=get_totp_secret())
        if with_password
        else FirstPasskeyForm(data, asks_login=is_new, request=request)
    )
    if form.is_valid() and (account := _activate(request, begun, form)):
        codes = make_recovery_codes(actor=_ACTIVATED, account=account)
        following = "identity:sign-in" if with_password else "identity:passkey-sign-in"
        return render(request, "identity/first_recovery_codes.html", {"codes": codes, "next": reverse(following)})
    context: dict[str, Any] = {"form": form, "is_new": is_new}
    if with_password:
        url = get_adapter().build_totp_url(Account(login=_("my account")), form.secret)
        return render(request, "identity/first_password.html", context | {"picture": get_adapter().build_totp_svg(url)})
    options = passkeys.ask_for_new(
        request, handle=begun["handle"], name=_("Gapura account"), account=None, now=clock.now()
    )
    return render(request, "identity/first_passkey.html", context | passkey_context(request, options))


def _activate(request: HttpRequest, begun: dict[str, Any], form: Any) -> Account | None:
    credentials: NewPasskey | NewPassword = form.credentials
    try:
        account = activate_account(
            actor=_ACTIVATED,
            visit_id=begun["visit"],
            login=form.cleaned_data.get("login", ""),
            handle=begun["handle"],
            language=reader_language(),
            credentials=credentials,
            now=clock.now(),
        )
    except CannotCreateAccount as refusal:
        form.add_error(None, ValidationError(list(refusal.reasons)))
        return None
    except ActivationRefused:
        form.add_error(None, _("The code was used or is too old. Ask at the counter for a new one."))
        return None
    request.session.pop(_ACTIVATION, None)
    clear_totp_secret(request)
    request.session.cycle_key()
    return account
