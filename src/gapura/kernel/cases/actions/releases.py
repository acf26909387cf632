"""Cases whose post nobody holds any more go back to the basket of the office."""

from gapura.kernel.audit.actions import record_events
from gapura.kernel.audit.types import Actor, NewEvent
from gapura.kernel.cases.actions.steps import one_write
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.rules import OPEN_STATUSES


def release_cases(*, actor: Actor, post_code: str) -> int:
    """Take the post's name off its open cases; returns how many. Idempotent."""
    with one_write():
        cases = Case.objects.filter(assigned_post=post_code, status__in=OPEN_STATUSES)
        numbers = list(cases.select_for_update().order_by("pk").values_list("number", flat=True))
        cases.update(assigned_post="")
        record_events(
            actor=actor,
            events=[
                NewEvent(
                    action="cases.released",
                    object_ref=f"case:{number}",
                    case_number=number,
                    detail={"post": post_code},
                )
                for number in numbers
            ],
        )
    return len(numbers)
