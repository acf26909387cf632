"""What is done to an agreement that was approved, whether it came by a request or the country declared it."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.kernel.agreements.actions.steps import check_one_side, record_step
from gapura.kernel.agreements.permissions import list_sides
from gapura.kernel.agreements.queries import access_agreement, find_suspending_side
from gapura.kernel.agreements.rules import STANDING_STEPS, may_resume
from gapura.kernel.agreements.types import CannotChangeAgreement, Side
from gapura.kernel.audit.types import Actor
from gapura.kernel.exchange import actions as exchange
from gapura.kernel.identity.types import AccessDenied


def suspend_agreement(*, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """Holder or authority stop all answers at once. Raises AccessDenied or CannotChangeAgreement."""
    _take_step(actor, code, "suspend", reason, now, lambda: exchange.suspend_agreement(actor=actor, code=code, now=now))


def resume_agreement(*, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """The side that suspended it, or the authority, lets it stand again. Raises as :func:`suspend_agreement`."""
    _take_step(actor, code, "resume", reason, now, lambda: exchange.resume_agreement(actor=actor, code=code))


def give_up_agreement(*, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """The consumer does without it from now on, for good. Raises as :func:`suspend_agreement`."""
    _take_step(actor, code, "give_up", reason, now, lambda: exchange.give_up_agreement(actor=actor, code=code, now=now))


def _take_step(actor: Actor, code: str, action: str, reason: str, now: datetime, carry_out: Callable[[], None]) -> None:
    view = access_agreement(actor, code, on=local_day(now, settings.TIME_ZONE))
    sides, states = STANDING_STEPS[action]
    side = next((one for one in list_sides(actor, view.parties) if one in sides), None)
    if side is None:
        raise AccessDenied
    if view.standing not in states:
        raise CannotChangeAgreement(_("The agreement has changed meanwhile; this can no longer be done."))
    if not reason.strip():
        raise CannotChangeAgreement(_("Say why; the other agency reads it."))
    check_one_side(actor, [code], side)
    if action == "resume":
        _check_resumable(side, code)
    with transaction.atomic():
        carry_out()
        record_step(actor, code, view.parties, action, side=side, note=reason.strip(), now=now)


def _check_resumable(side: Side, code: str) -> None:
    if not may_resume(side, find_suspending_side(code)):
        raise CannotChangeAgreement(_("The exchange authority suspended it; only the authority can resume it."))
