"""The words of the network: members, subsystems, messages, and X-Road's names for what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

BULK = "bulk"
"""The service that is asked many things in one message, where the registry says that a subsystem answers it: SCIM's
word (RFC 7644, 3.7)."""

MOST_QUESTIONS = 100
"""In one bulk message."""


@dataclass(frozen=True, slots=True)
class MemberId:
    """A member of the network, written ``INSTANCE/CLASS/MEMBER``."""

    instance: str
    member_class: str
    code: str

    def __str__(self) -> str:
        return f"{self.instance}/{self.member_class}/{self.code}"


@dataclass(frozen=True, slots=True)
class SubsystemId:
    """One system of a member, written ``INSTANCE/CLASS/MEMBER/SUBSYSTEM``: who asks and who answers."""

    member: MemberId
    code: str

    def __str__(self) -> str:
        return f"{self.member}/{self.code}"


@dataclass(frozen=True)
class Subsystem:
    """What a member's system stands for: the agency, and the evidence types it answers."""

    id: SubsystemId
    agency: str
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Member:
    """One entry of the member registry. ``signing`` and ``tls`` hold the SHA-256 (hex) of certificates by use."""

    id: MemberId
    title: str
    address: str
    is_active: bool
    valid_from: datetime
    valid_until: datetime
    subsystems: tuple[Subsystem, ...]
    signing: tuple[str, ...]
    tls: tuple[str, ...]

    def is_valid(self, now: datetime) -> bool:
        return self.is_active and self.valid_from <= now < self.valid_until


@dataclass(frozen=True)
class Envelope:
    """What a signature covers: the message without its content, which is there as a digest.

    ``sent_at`` is ISO 8601 in UTC with milliseconds; ``request`` (X-Road-Request-Hash) and ``status`` are an answer's.
    """

    kind: "MessageKind"
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    id: str
    sent_at: str
    nonce: str
    request: str = ""
    status: int = 0


class MessageKind(StrEnum):
    """A question to another subsystem, or the answer to one."""

    REQUEST = "request"
    RESPONSE = "response"


class Direction(StrEnum):
    """Seen from this node."""

    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True)
class IncomingRequest:
    """A request whose signature, time and sender were found right. ``service`` is a code, e.g. an evidence type."""

    id: str
    client: Subsystem
    provider: Subsystem
    service: str
    content: bytes


@dataclass(frozen=True)
class OutgoingRequest:
    """A request to be sent: whose subsystem asks which service of whom."""

    client: SubsystemId
    provider: SubsystemId
    service: str
    content: bytes
    id: str


class Fault(StrEnum):
    """X-Road's error codes, as far as a node uses them."""

    INVALID_REQUEST = "Client.InvalidRequest"
    UNKNOWN_MEMBER = "Server.ServerProxy.UnknownMember"
    UNKNOWN_SERVICE = "Server.ServerProxy.UnknownService"
    ACCESS_DENIED = "Server.ServerProxy.AccessDenied"
    INVALID_SIGNATURE = "Server.ServerProxy.InvalidSignatureValue"
    CERTIFICATE = "Server.ServerProxy.CertValidation"
    CLOCK_SKEW = "Server.ServerProxy.InvalidTimestamp"
    REPLAYED = "Server.ServerProxy.DuplicateMessage"
    TOO_LARGE = "Server.ServerProxy.MessageTooLarge"
    TOO_MANY = "Server.ServerProxy.TooManyMessages"
    LOGGING_FAILED = "Server.ServerProxy.LoggingFailed"
    OUTDATED_REGISTRY = "Server.ServerProxy.OutdatedGlobalConf"
    SERVICE_FAILED = "Server.ServerProxy.ServiceFailed"
    NETWORK = "Server.ClientProxy.NetworkError"
    INCONSISTENT_RESPONSE = "Server.ClientProxy.InconsistentResponse"


FAULT_STATUS: Mapping[Fault, int] = {
    Fault.INVALID_REQUEST: 400,
    Fault.UNKNOWN_SERVICE: 404,
    Fault.ACCESS_DENIED: 403,
    Fault.INVALID_SIGNATURE: 401,
    Fault.CERTIFICATE: 401,
    Fault.CLOCK_SKEW: 401,
    Fault.UNKNOWN_MEMBER: 401,
    Fault.REPLAYED: 409,
    Fault.TOO_LARGE: 413,
    Fault.TOO_MANY: 429,
    Fault.LOGGING_FAILED: 503,
    Fault.OUTDATED_REGISTRY: 503,
    Fault.SERVICE_FAILED: 500,
}


class MessageRefused(Exception):
    """A message is not answered, or its answer not believed. ``detail`` is a word the other side may act on."""

    def __init__(self, fault: Fault, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.fault = fault
        self.detail = detail

    @property
    def status(self) -> int:
        return FAULT_STATUS.get(self.fault, 500)


class TooManyMessages(MessageRefused):
    """The sender has had its share for now. ``seconds``: when it may try again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(Fault.TOO_MANY, message)
        self.seconds = seconds


class BadRegistry(Exception):
    """The member registry is missing, unsigned, out of date or older than the one before. ``str()`` says what to do."""


@dataclass(frozen=True)
class Opening:
    """What a guard lets pass of one service: from which subsystems, which yes/no questions, at most which fields."""

    consumers: frozenset[str]
    questions: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GuardPolicy:
    """What one guard may do, signed by the authority. ``inner``: the guarded node's address on its own network.

    ``a_minute``: messages of each subsystem; the two sizes are bytes of content.
    """

    number: int
    guard: MemberId
    guarded: MemberId
    inner: str
    valid_until: datetime
    a_minute: int
    largest_question: int
    largest_answer: int
    openings: Mapping[str, Opening]


class NoNode(Exception):
    """This home holds no node, or only half of one. ``str()`` says which command is next."""


class CannotAdmit(Exception):
    """The request to join does not hold together, or the member is known under other keys. ``str()`` says why."""


@dataclass(frozen=True)
class LogDifference:
    """One message that two logs do not tell alike. ``what``: ``missing``, ``extra`` or ``different``."""

    message_id: str
    kind: MessageKind
    what: str
