"""What registers were asked for a case, and how long each took."""

from datetime import datetime

from gapura.kernel.cases.types import RegisterLook
from gapura.kernel.catalogue.queries import get_agency_title
from gapura.kernel.exchange.queries import describe_request, list_accesses_for_case
from gapura.kernel.exchange.types import AccessOutcome


def list_looks(case_number: str, *, now: datetime) -> list[RegisterLook]:
    """Every request made for the case that its person may see at ``now``, in the order they were made. One query.

    What a register said stands nowhere in it: of some the answer is nobody's to read (a wanted person's).
    """
    looks = []
    for access in list_accesses_for_case(case_number, now=now):
        evidence, _fields, question = describe_request(access.evidence_type, (), access.question)
        looks.append(
            RegisterLook(
                holder=get_agency_title(access.provider),
                evidence=evidence,
                question=question,
                outcome=AccessOutcome(access.outcome),
                seconds=None if access.answered_in_ms is None else access.answered_in_ms / 1000,
            )
        )
    return looks
