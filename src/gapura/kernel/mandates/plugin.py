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


_registers: list[FamilyRegister] = []
_open_addresses: set[str] = set()


def register_family_register(register: FamilyRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _registers[:] = [register]


def list_dependants(person_number: str, on: date) -> list[Representable]:
    """What the register in charge proposes; nobody where no sector keeps families."""
    return list(_registers[0].list_dependants(person_number, on)) if _registers else []


def open_for_another(*names: str) -> None:
    """Let these addresses (``module:name``) be used while acting for another. All others are closed."""
    _open_addresses.update(names)


def is_open_for_another(name: str) -> bool:
    return name in _open_addresses
