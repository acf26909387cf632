"""Whose account somebody may see, and what its page shows."""

from datetime import date

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.sectors.tax.queries.businesses import list_businesses_of
from gapura.sectors.tax.types import AccountNotFound


def list_taxpayers_of(actor: Actor, *, on: date) -> list[str]:
    """The person's own number first, then the businesses they answer for. Nobody acts here for another."""
    if actor.kind is not ActorKind.RESIDENT or not actor.person_number or actor.principal is not None:
        return []
    return [actor.person_number, *list_businesses_of(actor.person_number, on=on)]


def access_account(actor: Actor, taxpayer: str, *, on: date) -> str:
    """The taxpayer, if the account is the actor's own or of a business they answer for. Raises AccountNotFound."""
    if taxpayer not in list_taxpayers_of(actor, on=on):
        raise AccountNotFound(taxpayer)
    return taxpayer
