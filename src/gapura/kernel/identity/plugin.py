"""What others may add to the sign-in pages."""

from abc import ABC, abstractmethod

from django.http import HttpRequest
from django.utils.safestring import SafeString


class SignInPanel(ABC):
    """A panel below the sign-in form, for instance the demo nation's list of people."""

    @abstractmethod
    def show_at_sign_in(self, request: HttpRequest) -> SafeString:
        """HTML for the page that asks for the password, or an empty text."""

    @abstractmethod
    def show_at_second_factor(self, request: HttpRequest) -> SafeString:
        """HTML for the page that asks for the code, or an empty text."""


_panels: list[SignInPanel] = []


def register_sign_in_panel(panel: SignInPanel) -> None:
    """Show ``panel`` from now on. Called once, from an app's ``ready``."""
    _panels.append(panel)


def list_sign_in_panels() -> list[SignInPanel]:
    """All panels, in the order they were registered."""
    return list(_panels)
