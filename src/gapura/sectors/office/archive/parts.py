"""What a packet is made of, as plain values: no table and no framework stands behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

JSON = "application/json"
MARKDOWN = "text/markdown; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a document, at ``path`` below the document's folder; ``name`` is what people called it."""

    path: str
    content: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PackedEvent:
    """Something that happened to a document: what, when (ISO 8601), who as they were called, and in what words."""

    kind: str
    at: str
    agent: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """One document whole. ``facts`` are its columns; ``files`` its words, versions, files, path and readers."""

    code: str
    title: str
    number: str
    facts: Mapping[str, Any]
    files: Sequence[PackedFile]
    events: Sequence[PackedEvent]


@dataclass(frozen=True, slots=True)
class PackedFolder:
    """The folder's own facts. ``house`` is who keeps it; ``day`` the day it was closed, which every file carries."""

    code: str
    title: str
    house: str
    day: date
    facts: dict[str, Any]
