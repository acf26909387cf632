"""Numbers that no two people, families or certificates of the nation share."""

from collections import Counter
from datetime import date
from functools import lru_cache

from gapura.foundation.jurisdictions import PersonNumberScheme

_BLOCK = 100  # serials a day for each of the communities that share a district

as_date = lru_cache(maxsize=65536)(date.fromordinal)


class Numbering:
    """Serials by day, given by the office of the community's home district wherever its people live by then.

    Counters die with their community, so memory stays bounded; communities of one district get blocks.
    """

    def __init__(self, scheme: PersonNumberScheme, certificates: dict[str, str]) -> None:
        self._scheme, self._certificates = scheme, certificates
        self._communities: Counter[str] = Counter()
        self._district, self._first = "", 0
        self._given: Counter[tuple[str, int, int, int]] = Counter()

    def enter(self, district: str) -> None:
        """Begin a community of ``district``."""
        self._given.clear()
        self._district, self._first = district, self._communities[district] * _BLOCK
        self._communities[district] += 1

    def person(self, born: int, sex: str) -> str:
        return self._scheme.compose(self._district, as_date(born), sex, self._next(sex, born))

    def family(self, issued: int) -> str:
        return self._scheme.compose_family(self._district, as_date(issued), self._next("family", issued))

    def certificate(self, kind: str, registered: int) -> str:
        serial = self._next(kind, registered)
        return self._certificates[kind].format(
            office=self._district.replace(".", ""), day=as_date(registered), serial=serial
        )

    def _next(self, kind: str, day: int) -> int:
        told = as_date(day)
        key = (kind, told.day, told.month, told.year % 100)  # numbers tell two digits of the year
        self._given[key] += 1
        return self._first + self._given[key]
