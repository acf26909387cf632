"""What a demonstration nation is made from and what it shows of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# Known to everybody on purpose: these accounts exist only in a demonstration nation.
DEMO_PASSWORD = "gerbang-kota-terbuka"  # noqa: S105
DEMO_AUTHENTICATOR_SECRET = "GAPURADEMO234567GAPURADEMO234567"  # noqa: S105 - officials' second factor (base 32)


class Story(StrEnum):
    """Why a sample resident is worth signing in as."""

    PARENT = "parent"
    MOVER = "mover"
    GUARDIAN = "guardian"
    SINGLE = "single"
    WIDOWED = "widowed"
    OWNER = "owner"
    WORKER = "worker"
    EMPLOYER = "employer"


class Duty(StrEnum):
    """What a sample official is there for."""

    REGISTRAR = "registrar"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    PERSONNEL = "personnel"
    RECORDS = "records"
    SITES = "sites"
    OPERATOR = "operator"
    DIRECTOR = "director"
    ASKER = "asker"
    HOLDER = "holder"
    AUTHORITY = "authority"
    TREASURER = "treasurer"
    REFUNDS = "refunds"
    LAND = "land"
    EDITOR = "editor"
    SERVICES = "services"
    PASSPORTS = "passports"
    ANALYST = "analyst"
    TAX = "tax"
    TAX_DECIDER = "tax-decider"
    DRAFTER = "drafter"
    DIVISION = "division"
    DEPUTY = "deputy"
    LAWYER = "lawyer"
    MAILROOM = "mailroom"
    ARCHIVIST = "archivist"
    INFORMATION = "information"
    NEIGHBOR = "neighbor"
    BARS = "bars"
    BARS_DECIDER = "bars-decider"
    SCHOOLS = "schools"


@dataclass(frozen=True, slots=True)
class SampleResident:
    """A resident with an account; ``office_code`` is the regency of residence."""

    story: Story
    login: str
    number: str
    full_name: str
    office_code: str


@dataclass(frozen=True, slots=True)
class SampleOfficial:
    """An official with an account and a post."""

    duty: Duty
    login: str
    number: str
    full_name: str
    agency_code: str
    office_code: str


@dataclass(frozen=True, slots=True)
class NationSummary:
    """The nation that was made: ``counts`` are entries by register, ``digest`` covers every one of them."""

    reference: str
    people: int
    digest: str
    counts: Mapping[str, int]
    residents: tuple[SampleResident, ...]
    officials: tuple[SampleOfficial, ...]


class NationExists(Exception):
    """The registers already hold people; ``str()`` says what to do."""
