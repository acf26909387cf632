"""What others may add to the sign-in pages."""

from abc import ABC, abstractmethod
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gapura.kernel.audit.types import Actor


class SignInPanel(ABC):
    """A panel below the sign-in form, for instance the demo nation's list of people."""

    @abstractmethod
    def show_at_sign_in(self, request: HttpRequest) -> SafeString:
        """HTML for the page that asks for the password, or an empty text."""

    @abstractmethod
    def show_at_second_factor(self, request: HttpRequest) -> SafeString:
        """HTML for the page that asks for the code, or an empty text."""


class CapacityPanel(ABC):
    """A panel on the page that asks as whom somebody wants to act."""

    @abstractmethod
    def show(self, request: HttpRequest) -> SafeString:
        """HTML below the posts."""


class PersonNames(ABC):
    """Implemented by the sector that keeps persons: their own pages call them by their name."""

    @abstractmethod
    def find_name(self, person_number: str, on: date) -> str:
        """The person's name on the day, or an empty text for an unknown number."""


class PersonRegister(ABC):
    """Implemented above the exchange: who stands at a counter is somebody the register knows."""

    @abstractmethod
    def find_objection(self, *, actor: Actor, person_number: str, full_name: str, now: datetime) -> str:
        """Why no account may be opened for this number and name, for the official to read; empty: nothing speaks
        against it. The look-up is logged in the official's name. Not in a transaction.
        """


_names: list[PersonNames] = []
_registers: list[PersonRegister] = []
_panels: list[SignInPanel] = []
_capacity_panels: list[CapacityPanel] = []


def register_sign_in_panel(panel: SignInPanel) -> None:
    """Show ``panel`` from now on. Called once, from an app's ``ready``."""
    _panels.append(panel)


def register_person_names(names: PersonNames) -> None:
    """Let ``names`` answer; the last one registered does."""
    _names[:] = [names]


def find_name(person_number: str, on: date) -> str:
    """What the register in charge calls the person; empty where no sector keeps persons."""
    return _names[0].find_name(person_number, on) if _names else ""


def register_person_register(register: PersonRegister) -> None:
    """Let ``register`` be asked; the last one registered is."""
    _registers[:] = [register]


def find_person_objection(*, actor: Actor, person_number: str, full_name: str, now: datetime) -> str:
    """As :meth:`PersonRegister.find_objection`; where nobody can be asked, nobody can be let in."""
    if not _registers:
        return _("No register of persons can be asked here, so no account can be opened.")
    return _registers[0].find_objection(actor=actor, person_number=person_number, full_name=full_name, now=now)


def register_capacity_panel(panel: CapacityPanel) -> None:
    """Show ``panel`` from now on. Called once, from an app's ``ready``."""
    _capacity_panels.append(panel)


def list_capacity_panels() -> list[CapacityPanel]:
    """All panels, in the order they were registered."""
    return list(_capacity_panels)


def list_sign_in_panels() -> list[SignInPanel]:
    """All panels, in the order they were registered."""
    return list(_panels)
