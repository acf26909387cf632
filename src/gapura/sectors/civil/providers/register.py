"""What all providers of the population register share."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date, datetime

from gapura.kernel.exchange.plugin import Record, RegisterProvider


class CivilProvider(RegisterProvider):
    """Base of the providers: persons and families need more than the columns of one table."""

    owner = "civil"

    @abstractmethod
    def read(self, subject: str, fields: frozenset[str], as_of: date, known_at: datetime | None) -> Iterable[Record]:
        """Records with at least the asked fields; dates may be dates."""
