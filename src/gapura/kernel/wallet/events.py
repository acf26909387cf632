"""What has happened to a paper that was handed on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeliverySent:
    """A paper was sent to a registered receiver, or a link was made (``receiver`` empty)."""

    number: str
    document_code: str
    holder: str
    receiver: str


@dataclass(frozen=True, slots=True)
class DeliveryOpened:
    """The receiver, or somebody with link and code, was given the paper."""

    number: str
    document_code: str
    holder: str
    receiver: str


@dataclass(frozen=True, slots=True)
class DeliveryEnded:
    """Nothing is given any more. ``reason``: stopped, guessed or expired."""

    number: str
    holder: str
    reason: str
