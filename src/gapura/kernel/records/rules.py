"""What of a row a person may read: their own data whole, other people's masked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

WITHHELD = "withheld"
_DIGITS = re.compile(r"\d{8,20}")


@dataclass(frozen=True)
class Reader:
    """The person who reads. ``mask`` hides most of a person's number; ``is_number`` tells whether digits are one."""

    number: str
    mask: Callable[[str], str]
    is_number: Callable[[str], bool]

    def is_other(self, value: Any) -> bool:
        """Whether this is somebody else's person number."""
        return isinstance(value, str) and value != self.number and self.is_number(value)

    def masked_text(self, text: str) -> str:
        """The text with every number of somebody else masked."""
        return _DIGITS.sub(lambda found: self.mask(found[0]) if self.is_other(found[0]) else found[0], text)

    def masked(self, value: Any) -> Any:
        """Any JSON value with other people's data masked.

        A record that carries somebody else's ``number`` is theirs: only the masked number stays. A ``wife_name``
        and all else of the wife is shown only beside a ``wife_number`` that is the reader's own.
        """
        if isinstance(value, Mapping):
            if self.is_other(value.get("number")):
                return {"number": self.mask(value["number"]), WITHHELD: True}
            others = {name.rpartition("_")[0] for name in value if self._names_other(name, value)}
            return {name: self._of_record(name, one, others) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked(one) for one in value]
        return self.masked_text(value) if isinstance(value, str) else value

    def _names_other(self, name: str, record: Mapping[str, Any]) -> bool:
        role, _, what = name.rpartition("_")
        if what == "number":
            return bool(role) and self.is_other(record[name])
        return what == "name" and role not in ("", "full") and record.get(f"{role}_number") != self.number

    def _of_record(self, name: str, value: Any, others: set[str]) -> Any:
        if self.is_other(value):
            return self.mask(value)
        theirs = any(name.startswith(f"{role}_") for role in others)
        return WITHHELD if theirs and value else self.masked(value)
