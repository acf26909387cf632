"""Putting in force what the country's files declare."""

from gapura.kernel.audit.types import Actor
from gapura.kernel.catalogue.queries import list_agreement_declarations
from gapura.kernel.exchange.actions import adopt_agreements


def adopt_declared_agreements(*, actor: Actor) -> int:
    """Put every agreement the country declares in force, or bring it to the declared terms; how many there are.

    Raises ValueError when an evidence type lacks what is declared of it.
    """
    declared = list_agreement_declarations()
    adopt_agreements(actor=actor, terms=declared)
    return len(declared)
