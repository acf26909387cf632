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
class OfficialAppointed:
    account_id: int
    post_code: str


@dataclass(frozen=True, slots=True)
class AppointmentEnded:
    account_id: int
    post_code: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    account_id: int
    method: str


@dataclass(frozen=True, slots=True)
class CredentialsChanged:
    """``change``: password, second_factor_added, second_factor_removed or recovery_codes."""

    account_id: int
    change: str
