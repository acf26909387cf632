"""Codes that people type, and the entries of a log's bundle."""

from gapura.foundation.codes import grouped, new_code, normalized
from gapura.foundation.tiles import pack_entries, unpack_entries

DECLARED = ()


def seeds() -> list[bytes]:
    return [grouped(new_code()).encode(), b"O0-Il1", pack_entries([b"one", b"", b"three"])]


def parse(data: bytes) -> None:
    code = normalized(data.decode(errors="replace"))
    assert code is None or normalized(grouped(code)) == code
    try:
        entries = unpack_entries(data)
    except ValueError:
        return
    assert pack_entries(entries) == data
