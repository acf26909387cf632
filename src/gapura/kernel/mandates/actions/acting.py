"""Beginning and ending to act for another in a session."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from gapura.foundation.clock import local_day
from gapura.foundation.codes import new_code
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.mandates.actions.confirmation import confirm_mandate
from gapura.kernel.mandates.plugin import find_represented, list_dependants
from gapura.kernel.mandates.queries import find_standing
from gapura.kernel.mandates.rules import mandate_reference
from gapura.kernel.mandates.types import ActingFor, NotMandated


def begin_acting(*, actor: Actor, principal: str, relation: str, number: str = "", now: datetime) -> ActingFor:
    """Act for ``principal`` from now on: by what a register says, or under the grant ``number``.

    Ends whatever the actor did for somebody else before. Raises NotMandated.
    """
    if relation == Relation.SELF:
        raise NotMandated(_("For yourself you need no mandate."))
    in_person = replace(actor, principal=None, mandate="")
    candidate = replace(
        in_person, principal=principal, mandate=mandate_reference(relation, number) if number else relation
    )
    reference = confirm_mandate(
        actor=candidate if number else in_person,
        principal=principal,
        relation=relation,
        service=None,
        case_number=number or new_code(11),
        now=now,
    )
    today = local_day(now, settings.TIME_ZONE)
    grant = find_standing(reference, representative=actor.person_number or "", on=today) if number else None
    record_event(
        actor=replace(in_person, principal=principal, mandate=reference),
        action="mandates.acting_begun",
        subject=principal,
        object_ref=f"mandate:{reference}",
    )
    return ActingFor(
        principal=principal,
        full_name=grant.principal_name if grant else _name_of(in_person, principal, now),
        relation=relation,
        mandate=reference,
        until=grant.valid_until if grant else None,
        confirmed_on=today,
    )


def end_acting(*, actor: Actor, reason: str) -> None:
    """Note that the session acts for its own person again; ``reason``: ``chosen`` or ``ended``."""
    record_event(
        actor=actor,
        action="mandates.acting_ended",
        subject=actor.principal,
        object_ref=f"mandate:{actor.mandate}",
        detail={"reason": reason},
    )


def _name_of(actor: Actor, principal: str, now: datetime) -> str:
    """The name that a register proposed the principal under; empty where none does."""
    person, today = actor.person_number or "", local_day(now, settings.TIME_ZONE)
    proposed = [*list_dependants(person, today), *(find_represented(person, today) or ())]
    return next((one.full_name for one in proposed if one.number == principal), "")
