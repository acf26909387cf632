"""What has happened to messages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageSent:
    message_id: int
    recipient: str
    kind: str


@dataclass(frozen=True, slots=True)
class MessageRead:
    message_id: int
    recipient: str
