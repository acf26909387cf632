"""What the sign-in pages ask for."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gapura.foundation import clock
from gapura.kernel.identity.actions import accept_code, record_failure, require_attempts_left
from gapura.kernel.identity.models import Account
from gapura.kernel.identity.origins import origin_of
from gapura.kernel.identity.types import TooManyAttempts


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
        self.fields["password1"].help_text = _(
            "At least 15 characters. Four words that only you would put together are easy to remember."
        )

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


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


class CodeForm(_CountedCode, AuthenticateForm):
    """The code of the second factor, or a recovery code, at sign-in."""


class CodeConfirmationForm(_CountedCode, CodeAgainForm):
    """The same, from somebody who is signed in."""


class NewSecondFactorForm(_CountedCode, ActivateTOTPForm):
    """The first code of a new authenticator."""


def _plain(field: forms.Field, **attributes: str | bool) -> None:
    """Labels say what a field is for; a placeholder would vanish when it is needed."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)
    field.help_text = ""
