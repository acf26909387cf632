"""What stands on the law: the house says which services, papers and bundles there are that apply a rule."""

from collections.abc import Callable, Collection, Iterable
from datetime import date

from gapura.kernel.law.types import RuleUser

Describe = Callable[[Collection[str], date], Iterable[RuleUser]]
_describers: list[Describe] = []


def register_users(describe: Describe) -> None:
    """Let ``describe`` say what stands on the services of these codes on the day. Once, from an app's ``ready``."""
    _describers.append(describe)


def list_users(services: Collection[str], on: date) -> list[RuleUser]:
    """Everything that stands on these services, in the order of floors: services and papers, then bundles."""
    return [user for describe in _describers for user in describe(services, on)]
