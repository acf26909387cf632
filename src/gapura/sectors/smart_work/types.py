"""Words of smart work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from gapura.foundation.texts import Text

HOST = "smart_work.host"
"""Role of whoever keeps a center: shows its door code, sees who is expected, closes it."""


class CannotBook(ValueError):
    """The seat cannot be had so; ``str()`` says why and what to do. Nothing was written."""


class CannotDecideBooking(ValueError):
    """The request cannot be decided so; ``str()`` says why and what to do. Nothing was written."""


class ArrivalRefused(ValueError):
    """Nobody was let in; ``str()`` says why and what to do."""


class CannotChangeCenter(ValueError):
    """The center cannot be opened or changed so; ``str()`` says what is wrong."""


class CannotWorkElsewhere(ValueError):
    """The session from elsewhere cannot be asked for or withdrawn so; ``str()`` says why and what to do."""


class Half(StrEnum):
    AM = "am"
    PM = "pm"


class SeatKind(StrEnum):
    """What somebody sits at. Rooms are held beside a seat, by whoever asks for them."""

    DESK = "desk"
    BOOTH = "booth"
    VIDEO_ROOM = "video-room"
    MEETING_ROOM = "meeting-room"


ROOMS = (SeatKind.VIDEO_ROOM, SeatKind.MEETING_ROOM)


class BookingStatus(StrEnum):
    """Requested waits for the manager; confirmed for the person; the others but ``arrived`` are final."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    FINISHED = "finished"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    NO_SHOW = "no-show"


OPEN = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.ARRIVED)
AHEAD = (BookingStatus.REQUESTED, BookingStatus.CONFIRMED)


class Place(StrEnum):
    """From where somebody works remotely, as far as the house can tell."""

    CENTER_NETWORK = "center-network"
    CHECKED_IN = "checked-in"
    KNOWN_NETWORK = "known-network"
    UNKNOWN = "unknown"


class RemoteOutcome(StrEnum):
    """What came of asking for a remote session; all but ``opened`` are refusals."""

    OPENED = "opened"
    WITHDRAWN = "withdrawn"
    NO_PASSKEY = "no-passkey"
    UNKNOWN_DEVICE = "unknown-device"
    UNKNOWN_PLACE = "unknown-place"


@dataclass(frozen=True, slots=True)
class HalfHours:
    """When a half day begins and ends by the center's clock."""

    begins: time
    ends: time
    title: Text


@dataclass(frozen=True, slots=True)
class Region:
    """A region with the middle of it, in degrees."""

    code: str
    name: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Travel:
    """What the length of a way to work is reckoned with; ``source`` is shown beside the result."""

    city_kmh: int
    city_km: int
    road_kmh: int
    detour_permille: int
    fixed_minutes: int
    most_minutes: int
    source: Text


@dataclass(frozen=True, slots=True)
class Comparison:
    """What another country reports, for comparison."""

    minutes: int
    year: int
    where: Text
    source: Text


@dataclass(frozen=True, slots=True)
class LawfulPlace:
    """Where the law lets an official work from. ``at_center``: only who is seen at a center may name it."""

    title: Text
    at_center: bool = False


@dataclass(frozen=True, slots=True)
class SmartWorkRules:
    """The country's ``smart_work.yaml``."""

    halves: Mapping[Half, HalfHours]
    days_ahead: int
    most_open: int
    near_km: int
    pre_approved_ranks: frozenset[str]
    pre_approved_agencies: frozenset[str]
    opens_minutes: int
    code_minutes: int
    no_show_minutes: int
    least_minutes: int
    travel: Travel
    comparison: Comparison
    fewest: int
    known_hours: int
    session_hours: int
    places: Mapping[str, LawfulPlace]
    contact: Text
    head_office_region: str
    equipment: Mapping[str, Text]
    regions: Mapping[str, Region]


@dataclass(frozen=True, slots=True)
class SeatSearch:
    """What somebody looks for. Both halves: the seat must be free the whole day. ``near`` is a region's code."""

    day: date
    halves: tuple[Half, ...]
    near: str
    kind: SeatKind = SeatKind.DESK
    accessible: bool = False
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CenterFound:
    """A center with free seats; ``km``: from the place asked for, in a straight line, None where unknown."""

    code: str
    title: Text
    address: str
    free: int
    seats: int
    km: int | None


@dataclass(frozen=True, slots=True)
class GuestName:
    """Somebody who is no official and comes along to a room."""

    name: str
    organization: str


@dataclass(frozen=True, slots=True)
class SeatDrawn:
    """A seat or room as a plan shows it, in steps of the plan."""

    code: str
    kind: SeatKind
    x: int
    y: int
    width: int
    height: int
    accessible: bool


@dataclass(frozen=True, slots=True)
class Worker:
    """An official whose days are loaded; ``agreed_by``: label and number of who leads them; ``favorite`` seat."""

    person_number: str
    agency_code: str
    post_code: str
    post_label: str
    home_region: str
    agreed_by: tuple[str, str]
    favorite: int
    unit_code: str = ""


@dataclass(frozen=True, slots=True)
class DayThere:
    """A day of a worker at the ``choice``-th center near them; ``came`` and ``left`` by minutes of the term.

    ``came`` None: not yet, or never (``status`` says which). ``left`` None: without signing out.
    """

    worker: Worker
    day: date
    halves: tuple[Half, ...]
    status: BookingStatus
    choice: int = 0
    came: int | None = None
    left: int | None = None
    own_minutes: int | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class DoorCode:
    """What a code at the door says: for which center and day; ``span`` counts short times, None on paper."""

    center: str
    day: date
    span: int | None
    now_span: int


@dataclass(frozen=True, slots=True)
class MinutesSaved:
    """Minutes a use saved: mean and middle half, over ``uses``; None where fewer than the country lets show.

    ``own``: how many said the minutes themselves; ``unknown``: uses for which nothing could be reckoned;
    ``short`` and ``unsigned``: visits too short, or left without signing out, which are counted nowhere else.
    """

    uses: int
    mean: int | None
    lower: int | None
    upper: int | None
    own: int
    unknown: int
    short: int
    unsigned: int
    satisfied: int | None
    ratings: int


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Half days of seats at one center in some time: how many there were, were held, and were used."""

    center: str
    title: Text
    offered: int
    held: int
    used: int

    @property
    def percent(self) -> int:
        """Used of what was offered."""
        return 100 * self.used // self.offered if self.offered else 0
