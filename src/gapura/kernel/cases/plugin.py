"""What the case engine asks of the house's population register, whoever keeps it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

from gapura.kernel.cases.types import Representable


class PopulationRegister(ABC):
    """Routing and representation. Implemented by the sector that keeps persons and families."""

    @abstractmethod
    def find_office_code(self, person_number: str, on: date) -> str | None:
        """The regional office where the person's cases are worked, or None when the person is unknown."""

    @abstractmethod
    def list_dependants(self, person_number: str, on: date) -> Sequence[Representable]:
        """Whom the person may apply for besides themselves: minor children, wards, close relatives who died."""

    @abstractmethod
    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        """Numbers of all who stand on the person's family card: their papers show each other."""


_registers: list[PopulationRegister] = []


def register_population_register(register: PopulationRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _registers[:] = [register]


def get_population_register() -> PopulationRegister:
    """The register in charge. Raises LookupError when no sector offers one."""
    if not _registers:
        raise LookupError("No sector keeps the population register: install one that registers it.")
    return _registers[0]
