"""What the house says to the law: what stands on a rule, and what registers know of a household."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime

from gapura.foundation.texts import Text
from gapura.kernel.audit.types import Actor
from gapura.kernel.law.types import KnownHousehold, RuleUser

Describe = Callable[[Collection[str], date], Iterable[RuleUser]]
_describers: list[Describe] = []


def register_users(describe: Describe) -> None:
    """Let ``describe`` say what stands on the services of these codes on the day. Once, from an app's ``ready``."""
    _describers.append(describe)


def list_users(services: Collection[str], on: date) -> list[RuleUser]:
    """Everything that stands on these services, in the order of floors: services and papers, then bundles."""
    return [user for describe in _describers for user in describe(services, on)]


class HouseholdSource(ABC):
    """Fills in the benefit finder from the registers, for a person who asks for it."""

    @abstractmethod
    def list_asked(self) -> Sequence[Text]:
        """What is asked of registers, in titles, for the person to read before."""

    @abstractmethod
    def gather(self, *, actor: Actor, inputs: Collection[str], now: datetime) -> KnownHousehold:
        """What is known of the actor's own household among these inputs. Never somebody else's.

        Every look is logged where the person concerned sees it. A register that does not answer is named, not raised.
        Call it outside a transaction."""


_household_sources: list[HouseholdSource] = []


def register_household_source(source: HouseholdSource) -> None:
    """Let ``source`` fill in the finder; the last one registered does. Once, from an app's ``ready``."""
    _household_sources.append(source)


def find_household_source() -> HouseholdSource | None:
    """None where nobody fills in the finder: it then stays anonymous."""
    return _household_sources[-1] if _household_sources else None
