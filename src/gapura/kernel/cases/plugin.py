"""What the case engine asks of the house's population register, and of sectors whose registers cases change."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from gapura.kernel.audit.types import Actor
from gapura.kernel.cases.types import Application
from gapura.kernel.catalogue.types import Reasoned
from gapura.kernel.exchange.types import Evidence


class PopulationRegister(ABC):
    """Routing, and who is grown up. Implemented by the sector that keeps persons and families."""

    @abstractmethod
    def find_office_code(self, person_number: str, on: date) -> str | None:
        """The regional office where the person's cases are worked, or None when the person is unknown."""

    @abstractmethod
    def is_of_age(self, person_number: str, on: date) -> bool:
        """Whether the person is living and of age, so that they see themselves what was asked for them."""

    @abstractmethod
    def list_family_of(self, person_number: str, on: date) -> Sequence[str]:
        """Numbers of all on the person's family card, and of close relatives: their papers show each other."""


_registers: list[PopulationRegister] = []


def register_population_register(register: PopulationRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _registers[:] = [register]


def get_population_register() -> PopulationRegister:
    """The register in charge. Raises LookupError when no sector offers one."""
    if not _registers:
        raise LookupError("No sector keeps the population register: install one that registers it.")
    return _registers[0]


class CompanyRegister(ABC):
    """Routing of what is asked for companies. Implemented by the sector that keeps them."""

    @abstractmethod
    def find_office_code(self, company_number: str, on: date) -> str | None:
        """The regional office of the company's seat, or None where the register tells none."""


_company_registers: list[CompanyRegister] = []


def register_company_register(register: CompanyRegister) -> None:
    """Let ``register`` answer; the last one registered does."""
    _company_registers[:] = [register]


def find_company_office(company_number: str, on: date) -> str | None:
    """The regional office of the company's seat; None where no register keeps companies or it tells none."""
    return _company_registers[0].find_office_code(company_number, on) if _company_registers else None


class CaseEffect(ABC):
    """What an approved case does in a sector's registers. Named by ``code`` in the public service's file."""

    code: ClassVar[str]
    appeal_limit: ClassVar[str] = "appeal_working_days"
    """The country's limit: working days in which the person may object to a refusal."""
    appeal_decision_limit: ClassVar[str] = "appeal_decision_working_days"
    """The country's limit: working days in which an objection is decided."""
    extension_limit: ClassVar[str] = ""
    """The country's limit: working days by which the official may extend the term once; empty: not at all."""

    def find_agency(self, answers: Mapping[str, str]) -> str:
        """The agency that works the case, where the answers say it; empty: the one that owns the service."""
        return ""

    def find_refusal(self, *, application: Application, evidence: Sequence[Evidence], now: datetime) -> Reasoned | None:
        """Why it cannot be carried out as things stand, or None. Asked before anybody agrees, pays or decides."""
        return None

    @abstractmethod
    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        """Write to the registers, in the transaction that fulfils the case. Gives the declared results, as text.

        Lock what is changed and judge it again: days may have passed. Raises CannotCarryOut; nothing remains then,
        and the case is refused with its reason.
        """


_effects: dict[str, CaseEffect] = {}


def register_case_effect(effect: CaseEffect) -> None:
    """Let ``effect`` answer for its code. A second kind of effect under the code raises ValueError."""
    if type(_effects.get(effect.code, effect)) is not type(effect):
        raise ValueError(f"The effect {effect.code} is registered twice.")
    _effects[effect.code] = effect


def get_case_effect(code: str) -> CaseEffect:
    """Raises LookupError that lists the known codes."""
    if code not in _effects:
        known = ", ".join(sorted(_effects)) or "none"
        raise LookupError(f"No sector carries out {code!r}; known effects: {known}.")
    return _effects[code]


class _NoEffect(CaseEffect):
    """The limits of a service that changes no register."""

    code = ""

    def carry_out(
        self, *, actor: Actor, application: Application, evidence: Sequence[Evidence], now: datetime
    ) -> Mapping[str, str]:
        return {}


def find_case_effect(code: str | None) -> CaseEffect:
    """The effect of the code, for its limits; for a service without one, the country's ordinary limits."""
    return _effects.get(code or "", _NO_EFFECT)


_NO_EFFECT = _NoEffect()
