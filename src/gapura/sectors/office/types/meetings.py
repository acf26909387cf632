"""The words of meetings, the calendar, rooms and duty."""

from enum import StrEnum

from gapura.sectors.office.types.documents import OfficeRefusal

ROOMS_ROLE = "office.rooms"


class MeetingStatus(StrEnum):
    """A meeting is asked for, called once who leads agrees, held, and minuted; or refused, or cancelled."""

    ASKED = "asked"
    CALLED = "called"
    HELD = "held"
    MINUTED = "minuted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class GuestRole(StrEnum):
    """Who leads the meeting, who should come, who may."""

    CHAIR = "chair"
    REQUIRED = "required"
    OPTIONAL = "optional"


class Reply(StrEnum):
    """What an invited person answered; the words are those of iCalendar's PARTSTAT, in small letters."""

    NONE = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class AgendaState(StrEnum):
    """A matter of the agenda is proposed, then taken up or left out by who leads the meeting."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    LEFT_OUT = "left-out"


class Privacy(StrEnum):
    """What colleagues see of an entry: its words, or only that the time is taken."""

    OPEN = "open"
    PRIVATE = "private"


class CalendarScope(StrEnum):
    """Whose calendar: one's own, that of the unit, of those who lead the agency, or of the agency."""

    MINE = "mine"
    UNIT = "unit"
    EXECUTIVE = "executive"
    AGENCY = "agency"


class BookingState(StrEnum):
    """A room is booked, in use once somebody came, given back, or lost because nobody came."""

    BOOKED = "booked"
    IN_USE = "in-use"
    RELEASED = "released"
    NO_SHOW = "no-show"


class SwapState(StrEnum):
    """An exchange of duty is asked of a colleague, agreed, and confirmed by who leads."""

    ASKED = "asked"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class CannotMeet(OfficeRefusal):
    """The meeting cannot be asked for, called or changed so."""


class CannotPlan(OfficeRefusal):
    """The entry cannot stand in a calendar so, or the file cannot be read."""


class CannotBookRoom(OfficeRefusal):
    """The room cannot be had then."""


class CannotChangeDuty(OfficeRefusal):
    """Duty cannot be planned or exchanged so."""
