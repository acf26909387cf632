"""What has happened to orders and emergency accesses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppointmentOrdered:
    order_id: int
    post_code: str
    status: str


@dataclass(frozen=True, slots=True)
class AppointmentPutInForce:
    order_id: int
    account_id: int
    post_code: str


@dataclass(frozen=True, slots=True)
class EmploymentEnded:
    official_id: str
    agency_code: str


@dataclass(frozen=True, slots=True)
class EmergencyAccessTaken:
    access_id: int
    agency_code: str
    role: str


@dataclass(frozen=True, slots=True)
class EmergencyAccessReviewed:
    access_id: int
    verdict: str
