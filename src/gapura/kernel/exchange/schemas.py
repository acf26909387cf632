"""What a request for evidence and its answer look like as messages between nodes: validation, both ways."""

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gapura.kernel.exchange.types import HOUSE, EvidenceRequest

# What messages say comes once and is about people: only names of fields go into the parser's cache.
_CONFIG = ConfigDict(extra="forbid", cache_strings="keys")
_Word = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class AskedEvidence(BaseModel):
    """The content of a request. The consumer is not in it: it is the agency of the subsystem that signed.

    ``posts``: post and roles of the official who asks, as agreements name them; left out when no official does.
    """

    model_config = _CONFIG

    subject: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,16}$")]
    as_of: date
    known_at: AwareDatetime | None = None
    case_number: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    legal_ground: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    purpose: dict[str, Annotated[str, StringConstraints(max_length=500)]] = Field(min_length=1, max_length=10)
    actor: _Word
    posts: list[_Word] | None = Field(default=None, min_length=1, max_length=20)
    fields: list[_Word] = Field(default=[], max_length=200)
    question: _Word | None = None
    parameters: dict[str, str | int] = Field(default={}, max_length=20)
    secret_until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "AskedEvidence":
        if bool(self.fields) == bool(self.question):
            raise ValueError("Ask for fields or for one question, not both.")
        return self

    def as_request(self, evidence_type: str, consumer: str) -> EvidenceRequest:
        words = self.model_dump(exclude={"actor", "posts", "fields"})
        return EvidenceRequest(evidence_type=evidence_type, consumer=consumer, fields=frozenset(self.fields), **words)


def asked_evidence(request: EvidenceRequest, actor: str, asked_as: frozenset[str] = frozenset()) -> AskedEvidence:
    """The message for ``request``. Raises ValueError when it does not fit into one."""
    return AskedEvidence(
        subject=request.subject,
        as_of=request.as_of,
        known_at=request.known_at,
        case_number=request.case_number,
        legal_ground=request.legal_ground,
        purpose=dict(request.purpose),
        actor=actor[:60],
        posts=sorted(asked_as - {HOUSE, ""}) or None,
        fields=sorted(request.fields),
        question=request.question,
        parameters=dict(request.parameters),
        secret_until=request.secret_until,
    )


class GivenEvidence(BaseModel):
    """The content of an answer: ``records`` to fields, ``holds`` to a question (null: the register cannot tell)."""

    model_config = _CONFIG

    access_id: str
    records: list[dict[str, Any]] | None = None
    holds: bool | None = None
