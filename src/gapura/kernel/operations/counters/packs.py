"""What a counter may issue while it has no network: made by the house for one counter and some hours."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gapura.foundation.canonical import canonical_bytes, digest
from gapura.foundation.clock import local_day
from gapura.foundation.notes import BadNote, Signer, Verifier, open_note, sign_note
from gapura.kernel.documents.types import DocumentOrder
from gapura.kernel.operations.counters.locking import lock, unlock
from gapura.kernel.operations.types import CounterRefused

FORMAT = "gapura-counter-pack/1"


@dataclass(frozen=True)
class Paper:
    """One document that may be issued: its reserved code, and the order as it was prepared."""

    code: str
    order: Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """Opened. ``chains``: DER in base64 for ``seal`` and ``time``; ``house``: whom the journal is locked to (X25519).

    ``address``, ``templates`` and ``jurisdiction`` must be the counter's own too, or its papers would differ from the
    house's. At most ``most`` papers are issued.
    """

    number: str
    counter: str
    valid_from: datetime
    valid_until: datetime
    most: int
    papers: tuple[Paper, ...]
    chains: Mapping[str, tuple[str, ...]]
    house: str
    address: str
    templates: str
    jurisdiction: str

    def find_paper(self, person: str, service: str) -> Paper:
        """Raises CounterRefused when the pack was not made for that."""
        found = [one for one in self.papers if (one.order["subject"], one.order["service_code"]) == (person, service)]
        if not found:
            raise CounterRefused(
                "The pack holds no such document for this person. Only what was prepared can be issued now; "
                "note the request and serve it when the network is back."
            )
        return found[0]

    def require_time(self, now: datetime) -> None:
        """Raises CounterRefused outside the pack's hours."""
        if not self.valid_from <= now < self.valid_until:
            raise CounterRefused(
                f"The pack is good from {self.valid_from:%Y-%m-%d %H:%M} to {self.valid_until:%Y-%m-%d %H:%M} UTC, and "
                f"this machine's clock says {now:%Y-%m-%d %H:%M}. Check the clock; if it is right, fetch a new pack."
            )


def order_to_issue(paper: Paper, *, pack: str, counter: str, place: int, at: datetime, zone: str) -> DocumentOrder:
    """What is sealed at ``at`` (whole seconds) as the journal's line ``place``; valid for as long as prepared."""
    order = DocumentOrder.from_plain(paper.order)
    passed = local_day(at, zone) - local_day(order.issued_at, zone)
    return replace(
        order,
        issued_at=at,
        valid_until=order.valid_until + passed if order.valid_until else None,
        options={**order.options, "issued_offline": f"{counter} · {pack} · {place}"},
    )


def seal_pack(pack: Pack, *, counter: bytes, house: Signer) -> str:
    """The pack as a file: locked to the counter's key (X25519), signed by the house."""
    locked = lock(canonical_bytes(asdict(pack)), [counter], FORMAT)
    head = {"format": FORMAT, "number": pack.number, "counter": pack.counter, "locked": locked}
    return sign_note(canonical_bytes(head).decode() + "\n", house)


def open_pack(note: str, *, secret: X25519PrivateKey, house: Verifier) -> Pack:
    """The pack. Raises CounterRefused when another house signed it, it is for another counter or was altered."""
    try:
        head = json.loads(open_note(note, house))
    except (BadNote, ValueError) as error:
        raise CounterRefused(
            f"This pack is not one of our house's, or was altered ({error}). Fetch it again."
        ) from error
    if head.get("format") != FORMAT:
        raise CounterRefused("This file is no pack of this version of Gapura. Fetch one made by the same version.")
    plain = json.loads(unlock(head["locked"], secret, FORMAT))
    return Pack(
        **{
            **plain,
            "valid_from": datetime.fromisoformat(plain["valid_from"]),
            "valid_until": datetime.fromisoformat(plain["valid_until"]),
            "papers": tuple(Paper(**one) for one in plain["papers"]),
        }
    )


def pack_digest(note: str) -> str:
    """What the journal begins with."""
    return digest(note).hex()
