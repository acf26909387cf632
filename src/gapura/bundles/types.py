"""The words of a bundle: how an item stands, and why a request is not taken."""

from dataclasses import dataclass
from enum import StrEnum

from gapura.kernel.catalogue.plugin import BadCompanion


class ItemStatus(StrEnum):
    """How an item stands; between STARTED and its end the case has a life of its own.

    STOPPED without a reason of its own: what it builds on was not granted, and may still be on appeal.
    """

    WAITING = "waiting"
    STARTED = "started"
    GRANTED = "granted"
    ENDED = "ended"
    NOT_ENTITLED = "not-entitled"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PersonOffer:
    """Somebody whom an item can be asked for, with what the register shows of them."""

    number: str
    full_name: str
    note: str


class BadBundle(BadCompanion):
    """A file of the country's bundles cannot be used; ``str()`` says which, where and what to write."""


class BundleNotFound(Exception):
    """There is no such bundle or request for this actor: absence and denial look the same."""


class CannotRequestBundle(Exception):
    """The request is not taken; nothing was started. ``str()`` is for the person, in the active language."""


class AnswersDoNotFit(CannotRequestBundle):
    """``errors``: item code to field code to what is wrong."""

    def __init__(self, errors: dict[str, dict[str, str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors
