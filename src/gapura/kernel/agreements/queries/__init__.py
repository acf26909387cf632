"""What the parties of agreements may read, and the public register of agreements."""

from gapura.kernel.agreements.queries.requests import (
    access_request,
    list_open_steps,
    list_requests,
    list_unneeded,
)
from gapura.kernel.agreements.queries.standing import (
    AgreementView,
    access_agreement,
    find_suspending_side,
    list_agreements_of,
    list_askers,
    list_history,
    list_register,
    list_use,
)

__all__ = [
    "AgreementView",
    "access_agreement",
    "access_request",
    "find_suspending_side",
    "list_agreements_of",
    "list_askers",
    "list_history",
    "list_open_steps",
    "list_register",
    "list_requests",
    "list_unneeded",
    "list_use",
]
