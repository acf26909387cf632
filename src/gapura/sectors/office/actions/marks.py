"""What becomes of a dispatch, noted where it was sent: each mark once, and never backward."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.sectors.office.models import Dispatch, DispatchStep
from gapura.sectors.office.types import DispatchMark, DispatchState

_FROM: Mapping[str, Collection[str]] = {
    DispatchState.SENT: {DispatchState.WAITING},
    DispatchState.ARRIVED: {DispatchState.WAITING, DispatchState.SENT},
    DispatchState.ACCEPTED: {DispatchState.WAITING, DispatchState.SENT, DispatchState.ARRIVED},
    DispatchState.RETURNED: {DispatchState.WAITING, DispatchState.SENT, DispatchState.ARRIVED},
    DispatchState.PASSED_ON: {
        DispatchState.WAITING,
        DispatchState.SENT,
        DispatchState.ARRIVED,
        DispatchState.ACCEPTED,
    },
    DispatchState.WITHDRAWN: {
        DispatchState.WAITING,
        DispatchState.SENT,
        DispatchState.ARRIVED,
        DispatchState.ACCEPTED,
    },
}
"""From where a state may be come to. News may overtake each other on the network: what is older stays a mark."""


def mark_dispatch(
    *,
    actor: Actor,
    dispatch: Dispatch,
    mark: DispatchMark,
    at: datetime,
    now: datetime,
    by_label: str = "",
    note: str = "",
    number: str = "",
) -> bool:
    """Note what happened, in the caller's transaction with the row locked. False: it was known, and nothing changes."""
    with transaction.atomic():
        step, is_new = DispatchStep.objects.get_or_create(
            dispatch=dispatch,
            mark=mark.value,
            defaults={"at": at, "known_at": now, "by_label": by_label[:200], "note": note[:300]},
        )
        if not is_new:
            return False
        dispatch.their_number = number or dispatch.their_number
        if dispatch.state in _FROM.get(mark.value, ()):
            dispatch.state, dispatch.state_at = mark.value, at
        dispatch.save()
        record_event(
            actor=actor,
            action=f"office.dispatch_{mark.name.lower()}",
            object_ref=f"dispatch:{dispatch.code}",
            detail={"receiver": dispatch.receiver_label, "note": step.note},
        )
    return True
