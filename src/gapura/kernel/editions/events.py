"""What has happened to the definition of a public service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EditionAdopted:
    """From ``begins`` (ISO) the service is as the edition says; where it ``ends``, it is offered no more."""

    number: str
    service_code: str
    begins: str
    ends: bool
