"""What others tell this module: who has dependants, and which pages make sense for another."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

from gapura.kernel.mandates.types import Representable


class FamilyRegister(ABC):
    """Implemented by the sector that keeps families. Proposes; the exchange is asked before anything is done."""

    @abstractmethod
    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        """Whom the person may apply for besides themselves: minor children, wards, close relatives who died."""


class RepresentationRegister(ABC):
    """Implemented by the sector that keeps companies. Proposes; the exchange is asked before anything is done."""

    @abstractmethod
    def list_represented(self, person_number: str, on: date) -> Sequence[Representable]:
        """The companies that the person may act for alone."""


_registers: list[FamilyRegister] = []
_representation_registers: list[RepresentationRegister] = []
_open_addresses: set[str] = set()


def register_family_register(register: FamilyRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _registers[:] = [register]


def list_dependants(person_number: str, on: date) -> list[Representable]:
    """What the register in charge proposes; nobody where no sector keeps families."""
    return list(_registers[0].list_dependants(person_number, on)) if _registers else []


def register_representation_register(register: RepresentationRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _representation_registers[:] = [register]


def find_represented(person_number: str, on: date) -> list[Representable] | None:
    """What the register in charge proposes; None where companies are kept elsewhere, and only their number is known."""
    return list(_representation_registers[0].list_represented(person_number, on)) if _representation_registers else None


def open_for_another(*names: str) -> None:
    """Let these addresses (``module:name``) be used while acting for another. All others are closed."""
    _open_addresses.update(names)


def is_open_for_another(name: str) -> bool:
    return name in _open_addresses
