"""Whether an answer holds what its evidence type declares, and nothing else."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from gapura.kernel.exchange.types import EvidenceType, FieldKind

_LONGEST_TEXT = 500
_PERSON_NUMBER = re.compile(r"[0-9A-Za-z-]{1,16}")


def find_undeclared(declared: EvidenceType, asked: frozenset[str], records: Sequence[Mapping[str, Any]]) -> str | None:
    """What in ``records`` nobody asked for, or what is not as its field is declared; None when all is well."""
    if len(records) > 1 and not declared.repeats:
        return f"{len(records)} records where there is one at most"
    kinds = {one.code: one.kind for one in declared.fields if one.code in asked}
    for record in records:
        for name, value in record.items():
            if name not in kinds:
                return f"{name!r}, which was not asked for"
            if value is not None and not _FITS[kinds[name]](value):
                return f"{name} that is no {kinds[name].value}"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TEXT


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_person_number(value: object) -> bool:
    return isinstance(value, str) and _PERSON_NUMBER.fullmatch(value) is not None


_FITS: Mapping[FieldKind, Callable[[object], bool]] = {
    FieldKind.TEXT: _is_text,
    FieldKind.CODE: _is_text,
    FieldKind.DATE: _is_date,
    FieldKind.NUMBER: _is_number,
    FieldKind.BOOLEAN: lambda value: isinstance(value, bool),
    FieldKind.PERSON_NUMBER: _is_person_number,
}
