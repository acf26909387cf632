"""The words of verifiable credentials, and the ways they can be refused."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from gapura.foundation.texts import Text

VERIFIER_ROLE = "credentials.verifier"
"""The role of officials who ask people to show something from their wallet."""


class OfferState(StrEnum):
    """Where an offer stands; its clock is asked apart. ``rules.TRANSITIONS`` holds the ways between."""

    OPEN = "open"
    REDEEMED = "redeemed"
    ISSUED = "issued"
    CLOSED = "closed"


class EndReason(StrEnum):
    """Why a credential was revoked: its holder stopped it, or a register no longer says what it says."""

    STOPPED = "stopped"
    CHANGED = "changed"


class ShowingState(StrEnum):
    """Where a request to show something stands."""

    ASKED = "asked"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One fact of a credential: a field of evidence, a question's answer, or ``parts`` of every record."""

    name: str
    title: Text
    evidence_type: str
    field: str = ""
    question: str = ""
    parameters: Mapping[str, int | str] = dataclasses.field(default_factory=dict)
    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CredentialKind:
    """What the country issues. ``required``: a question that must hold; ``ends``: a field that ends it earlier."""

    code: str
    title: Text
    agency: str
    legal_ground: str
    purpose: Text
    days: int
    claims: Mapping[str, Claim]
    required: Claim | None = None
    ends: Claim | None = None


@dataclass(frozen=True, slots=True)
class ShowingTerms:
    """What agencies may ask people to show, and no more: chosen claims of one kind of credential."""

    code: str
    title: Text
    kind: str
    claims: tuple[str, ...]
    agencies: tuple[str, ...]
    purpose: Text


@dataclass(frozen=True, slots=True)
class CredentialTerms:
    """What the country lays down in ``credentials.yaml``."""

    offer_life: timedelta
    token_life: timedelta
    nonce_life: timedelta
    showing_life: timedelta
    status_life: timedelta
    wrong_codes: int
    kinds: Mapping[str, CredentialKind]
    showings: Mapping[str, ShowingTerms]


@dataclass(frozen=True, slots=True)
class GatheredFacts:
    """What the registers say for a credential now, and until when it may be believed at most."""

    claims: Mapping[str, Any]
    valid_until: datetime


class CannotIssue(Exception):
    """The registers hold nothing that this credential could say; ``str()`` says why and what to do, translated."""


class CannotAsk(Exception):
    """The agency may not ask for this; ``str()`` says why, translated."""


class ProtocolError(Exception):
    """A wallet's request is refused in the words of its standard: ``code`` is what it reads, ``str()`` why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class NotGenuine(Exception):
    """What a wallet showed proves nothing; ``str()`` says why, for logs and the wallet's maker."""
