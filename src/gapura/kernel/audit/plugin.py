"""Tables whose rows are evidence: their events carry a digest of the row, and an audit compares the two."""

from dataclasses import dataclass
from typing import Any

from gapura.kernel.audit.types import LoggedRow


@dataclass(frozen=True, slots=True)
class LoggedTable:
    """``object_ref`` of its events is ``prefix:key``; ``model`` has ``logged_digest``."""

    prefix: str
    model: Any
    key: str

    def reference(self, row: LoggedRow) -> str:
        return f"{self.prefix}:{getattr(row, self.key)}"


_tables: dict[str, LoggedTable] = {}


def register_logged_table(prefix: str, model: type[LoggedRow], key: str) -> None:
    """Let audits compare the rows of ``model``, by column ``key``, with the events about ``prefix:key``.

    Each event that creates or changes what ``logged_digest`` covers carries it as ``detail[ROW_DIGEST]``; an empty
    one says that the row was lawfully removed.
    """
    _tables[prefix] = LoggedTable(prefix, model, key)


def list_logged_tables() -> list[LoggedTable]:
    return [_tables[prefix] for prefix in sorted(_tables)]
