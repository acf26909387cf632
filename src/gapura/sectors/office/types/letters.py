"""The words of letters between people and offices, and of what the public may read."""

from enum import StrEnum

from gapura.sectors.office.types.documents import OfficeRefusal

DISCLOSURE_ROLE = "office.disclosure"
"""The information officer: redacts, opens and closes for the public."""


class LetterState(StrEnum):
    """A letter to an office, as its sender may follow it."""

    DRAFT = "draft"
    SENT = "sent"
    ARRIVED = "arrived"
    ACCEPTED = "accepted"
    HANDLED = "handled"
    ANSWERED = "answered"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class RedactionState(StrEnum):
    """What shall be taken out for the public: being chosen, proposed to a second person, decided."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class CannotSendLetter(OfficeRefusal):
    """The letter cannot be written, sent, passed on or answered so; ``field`` is the part of the form at fault."""

    def __init__(self, said: str, field: str | None = None) -> None:
        super().__init__(said)
        self.field = field


class CannotClassify(OfficeRefusal):
    """The class of secrecy cannot be changed so; ``field`` as in CannotSendLetter."""

    def __init__(self, said: str, field: str | None = None) -> None:
        super().__init__(said)
        self.field = field


class CannotDisclose(OfficeRefusal):
    """The document cannot be opened, closed or redacted for the public so; ``field`` as in CannotSendLetter."""

    def __init__(self, said: str, field: str | None = None) -> None:
        super().__init__(said)
        self.field = field
