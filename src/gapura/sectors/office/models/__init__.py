"""What the office keeps; one file a topic."""

from gapura.sectors.office.models.archive import (
    Appraisal,
    Destruction,
    DestructionItem,
    DestructionMember,
    FolderHold,
    FolderPackage,
    FolderTerm,
    RestoredFolder,
    RestoredRecord,
    Transfer,
    YearClosing,
)
from gapura.sectors.office.models.calendar import CalendarEntry, CalendarException, CalendarFeed
from gapura.sectors.office.models.cards import (
    CardEntry,
    CardLink,
    Milestone,
    TaskCard,
)
from gapura.sectors.office.models.circulations import Circulation, ReadingGroup
from gapura.sectors.office.models.comments import DocumentComment
from gapura.sectors.office.models.dispatches import Assignment, Dispatch, DispatchStep, IncomingLetter
from gapura.sectors.office.models.documents import (
    DocumentFile,
    DocumentReader,
    DocumentVersion,
    Folder,
    OfficialDocument,
)
from gapura.sectors.office.models.duty import DutyShift, DutySwap
from gapura.sectors.office.models.hand_over import (
    HandOver,
)
from gapura.sectors.office.models.instructions import (
    Instruction,
    InstructionEntry,
)
from gapura.sectors.office.models.letters import Letter, LetterFile, LetterStep, SentLetter
from gapura.sectors.office.models.meetings import (
    AgendaItem,
    FollowUp,
    Meeting,
    MeetingGuest,
    MeetingPaper,
    MeetingSeries,
)
from gapura.sectors.office.models.memos import (
    Memo,
    MemoRecipient,
    Todo,
    WeeklyReport,
)
from gapura.sectors.office.models.openness import FindingSample
from gapura.sectors.office.models.redactions import (
    DisclosureChange,
    InformationAnswer,
    Publication,
    PublishedFile,
    Redaction,
)
from gapura.sectors.office.models.registers import UnitRegister
from gapura.sectors.office.models.rooms import Room, RoomBooking, RoomSlot
from gapura.sectors.office.models.security import SecurityChange

__all__ = [
    "AgendaItem",
    "Appraisal",
    "Assignment",
    "CalendarEntry",
    "CalendarException",
    "CalendarFeed",
    "CardEntry",
    "CardLink",
    "Circulation",
    "Destruction",
    "DestructionItem",
    "DestructionMember",
    "DisclosureChange",
    "Dispatch",
    "DispatchStep",
    "DocumentComment",
    "DocumentFile",
    "DocumentReader",
    "DocumentVersion",
    "DutyShift",
    "DutySwap",
    "FindingSample",
    "Folder",
    "FolderHold",
    "FolderPackage",
    "FolderTerm",
    "FollowUp",
    "HandOver",
    "IncomingLetter",
    "InformationAnswer",
    "Instruction",
    "InstructionEntry",
    "Letter",
    "LetterFile",
    "LetterStep",
    "Meeting",
    "MeetingGuest",
    "MeetingPaper",
    "MeetingSeries",
    "Memo",
    "MemoRecipient",
    "Milestone",
    "OfficialDocument",
    "Publication",
    "PublishedFile",
    "ReadingGroup",
    "Redaction",
    "RestoredFolder",
    "RestoredRecord",
    "Room",
    "RoomBooking",
    "RoomSlot",
    "SecurityChange",
    "SentLetter",
    "TaskCard",
    "Todo",
    "Transfer",
    "UnitRegister",
    "WeeklyReport",
    "YearClosing",
]
