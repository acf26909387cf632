"""How secret a document is: the country's classes (``office/security.yaml``), and which of them a rank may read."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.foundation.texts import Text
from gapura.kernel.approvals.queries import list_ranks


@dataclass(frozen=True, slots=True)
class SecurityClass:
    """Read from ``from_rank`` up; by every official where it is empty."""

    code: str
    title: Text
    from_rank: str = ""


def list_security_classes() -> dict[str, SecurityClass]:
    """By code, the least secret first."""
    return _classes_of(settings.GAPURA_JURISDICTION)


@dataclass(frozen=True, slots=True)
class SecurityGround:
    """Why the class of a registered document may change; ``way`` is lower, raise or either. ``law``: the article."""

    code: str
    way: str
    title: Text
    law: str

    def allows(self, before: int, after: int) -> bool:
        """Whether it bears a change from one place in the list of classes to another."""
        return self.way == "either" or (self.way == "lower") == (after < before)


def list_grounds() -> dict[str, SecurityGround]:
    """The country's grounds (``office/security_grounds.yaml``), by code."""
    return _grounds_of(settings.GAPURA_JURISDICTION)


def ordinary_class() -> str:
    """What a document is until somebody says otherwise; the only class that leaves the agency and may become public."""
    return next(iter(list_security_classes()))


def cleared_for(rank: str) -> tuple[str, ...]:
    """The classes that a post of this rank reads and drafts, the least secret first."""
    ranks = list_ranks()
    order = ranks[rank].order if rank in ranks else len(ranks)
    classes = list_security_classes().values()
    return tuple(one.code for one in classes if not one.from_rank or order <= ranks[one.from_rank].order)


def is_higher(security: str, than: str) -> bool:
    """Whether fewer people read the one class than the other."""
    order = list(list_security_classes())
    return order.index(security) > order.index(than)


@cache
def _classes_of(country: str) -> dict[str, SecurityClass]:
    found = (SecurityClass(**one) for one in load(country).read("office", "security.yaml"))
    return {one.code: one for one in found}


@cache
def _grounds_of(country: str) -> dict[str, SecurityGround]:
    found = (SecurityGround(**one) for one in load(country).read("office", "security_grounds.yaml"))
    return {one.code: one for one in found}
