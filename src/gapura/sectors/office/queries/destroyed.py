"""What committees destroyed, as it is told to those who keep copies of the house (ADR 46)."""

import base64
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from gapura.foundation.canonical import digest
from gapura.kernel.operations.types import Deed
from gapura.sectors.office.models import Destruction, DestructionItem, DestructionMember, OfficialDocument
from gapura.sectors.office.types import DestructionState

SOURCE = "office"
OF_TERM = ("code", "retention", "fate", "law", "active_until", "inactive_until", "documents", "contents")
OF_DESTRUCTION = (
    "agency_code", "office_code", "unit_code", "paper", "state", "reason", "consent", "listing", "proposed_by_label",
    "proposed_by_person", "proposed_at", "decided_at", "ended_at", "minutes", "minutes_seal", "certificate",
    "certificate_seal",
)  # fmt: skip
OF_MEMBER = (
    "post_code", "post_label", "agrees", "reason", "listing", "decided_by_label", "decided_by_person", "decided_at",
    "proposed_by_person",
)  # fmt: skip
OF_ITEM = ("contents", "destroyed_at", "spared_at", "spared_why")


def list_deeds(listed: Collection[str]) -> Iterator[Deed]:
    """Destructions that are done, without those whose codes are ``listed``, in the order of their end."""
    done = Destruction.objects.filter(state=DestructionState.DONE).order_by("ended_at", "pk")
    for destruction in done.iterator(50):
        if destruction.code not in listed and destruction.ended_at:
            yield Deed(
                SOURCE, destruction.code, destruction.ended_at.isoformat(), _named(destruction), _protocol(destruction)
            )


def _named(destruction: Destruction) -> dict[str, Any]:
    """Codes, days and digests: no title, no person, no word of what was destroyed."""
    items = destruction.items.filter(destroyed_at__isnull=False).select_related("folder__term").order_by("folder__code")
    return {
        "minutes_sha256": digest(destruction.minutes).hex(),
        "certificate_sha256": digest(destruction.certificate).hex(),
        "folders": [
            {
                "code": item.folder.code,
                "destroyed_at": item.destroyed_at.isoformat() if item.destroyed_at else "",
                "term": values_of(item.folder.term, OF_TERM),
                "documents": list(
                    OfficialDocument.objects.filter(folder=item.folder).order_by("code").values_list("code", flat=True)
                ),
            }
            for item in items
        ],
    }


def _protocol(destruction: Destruction) -> dict[str, Any]:
    """The rows of the list as they were at its end."""
    items = DestructionItem.objects.filter(destruction=destruction).select_related("folder").order_by("folder__code")
    members = DestructionMember.objects.filter(destruction=destruction).order_by("post_code")
    return {
        "destruction": values_of(destruction, OF_DESTRUCTION),
        "members": [values_of(one, OF_MEMBER) for one in members],
        "items": [values_of(one, OF_ITEM) | {"folder": one.folder.code} for one in items],
    }


def values_of(row: Model, names: Collection[str]) -> dict[str, Any]:
    """Columns as JSON, from which the columns' own ``to_python`` makes them again."""
    return {name: _as_json(row, name) for name in names}


def _as_json(row: Model, name: str) -> Any:
    value = getattr(row, name)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, (date, datetime)) else value
