"""Who may do what with a taxpayer's account."""

from gapura.kernel.audit.types import Actor, ActorKind
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.registers.queries import get_register_owner
from gapura.sectors.tax.models import TaxAccount


def has_power(actor: Actor, *roles: str) -> bool:
    """A proven person in a post of the tax agency that has any of the roles."""
    return (
        actor.kind is ActorKind.OFFICIAL
        and bool(actor.person_number)
        and actor.agency_code == get_register_owner("tax")
        and not actor.roles.isdisjoint(roles)
    )


def has_power_over(actor: Actor, account: TaxAccount, *roles: str) -> bool:
    """The same, and the account is not their own nor of a business they answer for."""
    own = actor.person_number in (account.taxpayer, account.responsible)
    return has_power(actor, *roles) and not own and account.agency_code == actor.agency_code


def require_power_over(actor: Actor, account: TaxAccount, *roles: str) -> None:
    """Raises AccessDenied."""
    if not has_power_over(actor, account, *roles):
        raise AccessDenied


def require_power(actor: Actor, *roles: str) -> None:
    """Raises AccessDenied."""
    if not has_power(actor, *roles):
        raise AccessDenied
