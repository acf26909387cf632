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


def ordinary_class() -> str:
    """What a document is until somebody says otherwise; the only class that leaves the agency and may become public."""
    return next(iter(list_security_classes()))


def cleared_for(rank: str) -> tuple[str, ...]:
    """The classes that a post of this rank reads and drafts, the least secret first."""
    ranks = list_ranks()
    order = ranks[rank].order if rank in ranks else len(ranks)
    classes = list_security_classes().values()
    return tuple(one.code for one in classes if not one.from_rank or order <= ranks[one.from_rank].order)


@cache
def _classes_of(country: str) -> dict[str, SecurityClass]:
    found = (SecurityClass(**one) for one in load(country).read("office", "security.yaml"))
    return {one.code: one for one in found}
