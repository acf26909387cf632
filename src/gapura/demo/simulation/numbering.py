"""Numbers that no two people, families or certificates of the nation share."""

from collections import Counter
from datetime import date
from functools import lru_cache

from gapura.foundation.jurisdictions import PersonNumberScheme

_ELSEWHERE = 5000  # where the serials of people registered outside their community's own district begin
_ELSEWHERE_ON_CERTIFICATES = 50

as_date = lru_cache(maxsize=65536)(date.fromordinal)


class Numbering:
    """Serials by district and day.

    The first community of a district counts alone, so its counters die with it and memory stays bounded;
    the few numbers given outside are counted for the whole nation.
    """

    def __init__(self, scheme: PersonNumberScheme, certificates: dict[str, str]) -> None:
        self._scheme, self._certificates = scheme, certificates
        self._homes: set[str] = set()
        self._home = ""
        self._here: Counter[tuple[str, str, int]] = Counter()
        self._elsewhere: Counter[tuple[str, str, int]] = Counter()

    def enter(self, district: str) -> None:
        """Begin a community of ``district``."""
        self._here.clear()
        self._home = "" if district in self._homes else district
        self._homes.add(district)

    def person(self, district: str, born: int, sex: str) -> str:
        serial = self._next(sex, district, born, _ELSEWHERE)
        return self._scheme.compose(district, as_date(born), sex, serial)

    def family(self, district: str, issued: int) -> str:
        serial = self._next("family", district, issued, _ELSEWHERE)
        return self._scheme.compose_family(district, as_date(issued), serial)

    def certificate(self, kind: str, district: str, registered: int) -> str:
        """The number of a certificate; its serial names the district's counter first."""
        regency, _, counter = district.rpartition(".")
        serial = self._next(kind, district, registered, _ELSEWHERE_ON_CERTIFICATES)
        return self._certificates[kind].format(
            regency=regency.replace(".", ""), day=as_date(registered), serial=int(counter) * 100 + serial
        )

    def _next(self, kind: str, district: str, day: int, elsewhere: int) -> int:
        key = (kind, district, day)
        if district == self._home:
            self._here[key] += 1
            return self._here[key]
        self._elsewhere[key] += 1
        return elsewhere + self._elsewhere[key]
