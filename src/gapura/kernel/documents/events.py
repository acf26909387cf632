"""What has happened to a document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """A sealed document was recorded: from now on it verifies."""

    code: str
    case_number: str
    service_code: str
    holder: str


@dataclass(frozen=True, slots=True)
class DocumentRevoked:
    """A document is no longer valid. ``replacement_code`` is empty unless another one takes its place."""

    code: str
    case_number: str
    holder: str
    replacement_code: str
