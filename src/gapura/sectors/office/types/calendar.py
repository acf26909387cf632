"""What a calendar program is told of an event and of the people at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gapura.sectors.office.types.meetings import Reply


@dataclass(frozen=True, slots=True)
class Party:
    """Who invites or is invited, as a mail program knows them."""

    address: str
    name: str
    reply: Reply = Reply.NONE
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One event as it is written out; times in UTC, meant in ``zone``. ``removed``: beginnings that fall out.

    ``moved``: beginnings of the rule with where they went. ``original_at``: when the rule puts it,
    where the item is one repetition that departs from its series. ``status``: CONFIRMED, TENTATIVE or CANCELLED.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    place: str = ""
    note: str = ""
    all_day: bool = False
    is_free: bool = False
    rule: str = ""
    removed: Sequence[datetime] = ()
    moved: Sequence[tuple[datetime, datetime, datetime]] = ()
    original_at: datetime | None = None
    status: str = "CONFIRMED"
    address: str = ""
    categories: Sequence[str] = field(default_factory=tuple)
