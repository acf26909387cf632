"""The keys that a business gave its programs."""

from gapura.kernel.audit.types import Actor
from gapura.sectors.invoicing.models import MachineKey
from gapura.sectors.invoicing.queries.invoices import require_business


def access_keys(actor: Actor) -> list[MachineKey]:
    """The keys of the actor's business, newest first, ended ones too. Raises AccessDenied."""
    return list(MachineKey.objects.filter(business=require_business(actor)).order_by("-pk")[:50])


def find_machine(code: str) -> MachineKey | None:
    """The program with this key, if it was not ended."""
    return MachineKey.objects.filter(code=code, ended_at__isnull=True).first()
