"""What has happened to accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountCreated:
    account_id: int


@dataclass(frozen=True, slots=True)
class AccountDisabled:
    account_id: int


@dataclass(frozen=True, slots=True)
class IdentityProven:
    account_id: int
    person_number: str
    level: int


@dataclass(frozen=True, slots=True)
class ProofEnded:
    account_id: int
    person_number: str


@dataclass(frozen=True, slots=True)
class PostCreated:
    code: str


@dataclass(frozen=True, slots=True)
class UnitsMerged:
    """The posts and parts of ``code`` are those of ``successor`` now; its open work follows."""

    code: str
    successor: str


@dataclass(frozen=True, slots=True)
class OfficialAppointed:
    account_id: int
    post_code: str


@dataclass(frozen=True, slots=True)
class AppointmentEnded:
    account_id: int
    post_code: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``level``: how strongly, as a number of AssuranceLevel."""

    account_id: int
    method: str
    level: int


@dataclass(frozen=True, slots=True)
class SignedInFromNewDevice:
    """``network`` and ``agent`` say from where, as coarsely as the security page does."""

    account_id: int
    network: str
    agent: str


@dataclass(frozen=True, slots=True)
class AccountStopped:
    """Its owner stopped it. ``way``: link or page."""

    account_id: int
    way: str


@dataclass(frozen=True, slots=True)
class CounterVisitEntered:
    visit_id: int


@dataclass(frozen=True, slots=True)
class CounterVisitDecided:
    visit_id: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class AccountActivated:
    """``purpose``: open or recover."""

    account_id: int
    person_number: str
    purpose: str


@dataclass(frozen=True, slots=True)
class CredentialsChanged:
    """``change``: password, second_factor_added, second_factor_removed, recovery_codes, passkey_added,
    passkey_renamed, passkey_removed or recovered (at a counter: all old ones are gone).
    """

    account_id: int
    change: str
