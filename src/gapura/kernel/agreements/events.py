"""What has happened to an agreement or to a request for one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgreementMoved:
    """``number`` is that of the request or the code of the agreement; ``action`` the step taken."""

    number: str
    action: str
    consumer: str
    holder: str


@dataclass(frozen=True, slots=True)
class AgreementEndsSoon:
    """The consumer has to ask for a renewal, or does without."""

    code: str
    consumer: str
    holder: str
