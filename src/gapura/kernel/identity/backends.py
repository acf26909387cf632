"""How Django finds the account of a session."""

from django.contrib.auth.backends import BaseBackend

from gapura.kernel.identity.models import Account


class AccountBackend(BaseBackend):
    """Knows who is behind a session. Passwords are checked by the sign-in alone, which counts attempts."""

    def get_user(self, user_id: int) -> Account | None:
        return Account.objects.filter(pk=user_id, is_active=True).first()
