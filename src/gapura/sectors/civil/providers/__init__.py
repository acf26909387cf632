"""What the population register answers through the exchange: one provider an evidence type."""

from gapura.kernel.exchange.plugin import register_provider
from gapura.sectors.civil.providers.events import (
    AdoptionProvider,
    BirthProvider,
    DeathProvider,
    DivorceProvider,
    MarriageProvider,
)
from gapura.sectors.civil.providers.families import FamilyMemberProvider, FamilyProvider
from gapura.sectors.civil.providers.persons import PersonProvider
from gapura.sectors.civil.providers.residence import ResidenceHistoryProvider, ResidenceProvider


def register_providers() -> None:
    """Let every provider of this register answer for its evidence type."""
    for provider in (
        PersonProvider(),
        ResidenceProvider(),
        ResidenceHistoryProvider(),
        FamilyProvider(),
        FamilyMemberProvider(),
        BirthProvider(),
        MarriageProvider(),
        DivorceProvider(),
        DeathProvider(),
        AdoptionProvider(),
    ):
        register_provider(provider)
