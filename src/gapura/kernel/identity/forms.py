"""What the sign-in pages ask for."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.identity import passkeys
from gapura.kernel.identity.actions import (
    accept_code,
    accept_passkey,
    record_failure,
    record_passkey_refused,
    require_attempts_left,
    use_recovery_code,
)
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.origins import name_agent, origin_of
from gapura.kernel.identity.types import NewPasskey, NewPassword, PasskeyRefused, TooManyAttempts
from gapura.web.languages import localized

_PASSWORD_HINT = _("At least 15 characters. Four words that only you would put together are easy to remember.")


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Sign-in name or person number")
        _plain(self.fields["login"], autocapitalize="none", spellcheck="false", autofocus=True)
        _plain(self.fields["password"])


class PasswordForm(PasswordAgainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], autofocus=True)


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Your password now")),
            ("password1", _("New password")),
            ("password2", _("New password again")),
        ):
            self.fields[name].label = label
            _plain(self.fields[name])
        self.fields["password1"].help_text = _PASSWORD_HINT

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


def list_counter_documents() -> dict[str, str]:
    """What a person may show at a counter, by code, in the reader's language. Data of the country."""
    documents = load(settings.GAPURA_JURISDICTION).read("data", "counter_documents.yaml")
    return {code: localized(title) for code, title in documents.items()}


class VisitForm(forms.Form):
    """What the first official enters about a visit."""

    person_number = forms.CharField(label=_("Person number"), max_length=16)
    full_name = forms.CharField(
        label=_("Full name, as the document says"),
        max_length=150,
        help_text=_("The register is asked whether it fits."),
    )
    document = forms.ChoiceField(label=_("Document shown"), choices=lambda: list_counter_documents().items())
    reason = forms.CharField(
        label=_("Why the person is here"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For instance: first account, lost telephone, account stopped after a theft."),
    )


class ActivationForm(forms.Form):
    """Number and code, as the person types them."""

    person_number = forms.CharField(label=_("Your person number"), max_length=16)
    code = forms.CharField(label=_("The code from the counter"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["person_number"], inputmode="numeric", autocomplete="off")
        _plain(self.fields["code"], autocapitalize="characters", autocomplete="one-time-code", spellcheck="false")


class _FirstCredentialsForm(forms.Form):
    """``asks_login``: a new account needs a name, a recovered one has its own."""

    login = forms.CharField(
        label=_("Sign-in name of your choice"),
        max_length=64,
        help_text=_("Small letters and digits, the first a letter. Your person number works too when you sign in."),
    )

    def __init__(self, *args: Any, asks_login: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(autocapitalize="none", spellcheck="false", autocomplete="username")
        if not asks_login:
            del self.fields["login"]


class FirstPasswordForm(_FirstCredentialsForm):
    """A password and the first code of the second factor that goes with it."""

    password1 = PasswordField(label=_("New password"), help_text=_PASSWORD_HINT)
    password2 = PasswordField(label=_("New password again"))
    code = forms.CharField(label=_("Code that the app shows now"), max_length=10)

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret = secret
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder")
            self.fields[name].widget.attrs.update(autocomplete="new-password")
        self.fields["code"].widget.attrs.update(inputmode="numeric", autocomplete="one-time-code")

    def clean_password2(self) -> str:
        again: str = self.cleaned_data["password2"]
        if again != self.cleaned_data.get("password1"):
            raise ValidationError(_("The two passwords are not the same."))
        return again

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code.strip()):
            raise get_second_factor_adapter().validation_error("incorrect_code")
        return code

    @property
    def credentials(self) -> NewPassword:
        return NewPassword(self.cleaned_data["password1"], self.secret)


class _CountedCode(forms.Form):
    """A code counts as used once accepted, and as a failed attempt otherwise, like a wrong password."""

    user: Account

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        _plain(self.fields["code"], inputmode="numeric", autofocus=True)

    def clean_code(self) -> str:
        attempt: Any = {"account": self.user, "login": self.user.login, "origin": origin_of(context.request)}
        now = clock.now()
        try:
            require_attempts_left(**attempt, now=now)
        except TooManyAttempts as error:
            raise get_adapter().validation_error("too_many_login_attempts") from error
        try:
            code: str = super().clean_code()  # type: ignore[misc] # the form this is mixed into has it
            if not accept_code(account=self.user, code=code, now=now):
                raise get_second_factor_adapter().validation_error("incorrect_code")
        except ValidationError:
            record_failure(**attempt, method="code", now=now)
            raise
        return code


class _SpareCode(forms.Form):
    """A recovery code stands in for the code of the moment, once."""

    user: Account

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        spare = use_recovery_code(account=self.user, typed=typed)
        if spare is None:
            return str(super().clean_code())  # type: ignore[misc] # the form this is mixed into has it
        self.authenticator = spare
        return typed


class CodeForm(_CountedCode, _SpareCode, AuthenticateForm):
    """The code of the second factor, or a recovery code, at sign-in."""


class CodeConfirmationForm(_CountedCode, _SpareCode, CodeAgainForm):
    """The same, from somebody who is signed in."""


class NewSecondFactorForm(_CountedCode, ActivateTOTPForm):
    """The first code of a new authenticator."""


class PasskeyForm(forms.Form):
    """What a passkey answered: who is signing in where ``user`` is None, else that it is this account's."""

    credential = forms.JSONField(widget=forms.HiddenInput)
    confirms = False

    def __init__(self, *args: Any, user: Account | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_credential(self) -> Authenticator:
        now = clock.now()
        try:
            answer = passkeys.read_answer(context.request, self.cleaned_data["credential"], account=self.user, now=now)
            if not accept_passkey(
                authenticator=answer.authenticator, challenge=answer.challenge, counter=answer.counter, now=now
            ):
                raise PasskeyRefused
        except PasskeyRefused as error:
            record_passkey_refused(path=context.request.path)
            raise get_second_factor_adapter().validation_error("passkey_refused") from error
        return answer.authenticator

    def save(self) -> None:
        post_authentication(
            context.request,
            self.cleaned_data["credential"],
            reauthenticated=self.confirms,
            passwordless=not self.confirms,
        )


class PasskeyConfirmationForm(PasskeyForm):
    """The same, from somebody who is signed in."""

    confirms = True


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of this passkey"),
        max_length=60,
        help_text=_("So that you know later which device it is on, for instance “My telephone”."),
    )


class NewPasskeyForm(PasskeyNameForm):
    """A new passkey as the device made it. ``credentials`` are there once the form is valid."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = name_agent(request.headers.get("User-Agent", ""))
        self.request = request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"name", "credential"} <= cleaned.keys():
            credential = cleaned["credential"]
            try:
                counter = passkeys.read_new(self.request, credential, now=clock.now())
            except PasskeyRefused as error:
                raise get_second_factor_adapter().validation_error("passkey_refused") from error
            self.credentials = NewPasskey(name=cleaned["name"], credential=credential, counter=counter)
        return cleaned


class FirstPasskeyForm(_FirstCredentialsForm, NewPasskeyForm):
    """The passkey with which an account begins, or begins again."""

    field_order = ("login", "name")


def _plain(field: forms.Field, **attributes: str | bool) -> None:
    """Labels say what a field is for; a placeholder would vanish when it is needed."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)
    field.help_text = ""
