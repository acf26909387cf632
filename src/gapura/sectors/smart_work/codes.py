"""What the door of a center shows, and what else is signed or hidden with the house's key."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import segno
from django.core import signing
from django.utils.crypto import salted_hmac

from gapura.sectors.smart_work.types import DoorCode

_DOOR = "gapura.smart_work.door"


def make_door_code(center_code: str, timezone: str, *, minutes: int, now: datetime, is_poster: bool = False) -> str:
    """A code for the center on its own calendar day; on a screen for the span of ``minutes`` that ``now`` lies in."""
    day = now.astimezone(ZoneInfo(timezone)).date()
    return signing.dumps([center_code, day.isoformat(), None if is_poster else _span(now, minutes)], salt=_DOOR)


def read_door_code(token: str, *, minutes: int, now: datetime) -> DoorCode | None:
    """What the code says; None when the house did not make it."""
    try:
        center, day, span = signing.loads(token, salt=_DOOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return DoorCode(center, date.fromisoformat(day), span, _span(now, minutes))


def draw_door_code(address: str) -> str:
    """The code as inline SVG, dark on light whatever the page's colors; it grows with its place."""
    return segno.make_qr(address, error="l").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)


def hide_person(person_number: str, day: date) -> str:
    """One digest for one person and day: enough to keep them to one seat, too little to follow them."""
    return salted_hmac("gapura.smart_work.sitter", f"{person_number}:{day}", algorithm="sha256").hexdigest()


def _span(now: datetime, minutes: int) -> int:
    return int(now.timestamp() // (60 * minutes))
