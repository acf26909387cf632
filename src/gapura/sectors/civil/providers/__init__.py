"""What the population register answers through the exchange: one provider an evidence type."""

from gapura.kernel.exchange.plugin import register_provider
from gapura.sectors.civil.providers.cards import IdentityCardProvider
from gapura.sectors.civil.providers.events import (
    AdoptionProvider,
    BirthProvider,
    DeathProvider,
    DivorceProvider,
    MarriageProvider,
    SpouseProvider,
)
from gapura.sectors.civil.providers.families import (
    FamilyMemberProvider,
    FamilyProvider,
    LivingParentProvider,
    RelationProvider,
)
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
        RelationProvider(),
        BirthProvider(),
        MarriageProvider(),
        SpouseProvider(),
        DivorceProvider(),
        DeathProvider(),
        AdoptionProvider(),
        LivingParentProvider(),
        IdentityCardProvider(),
    ):
        register_provider(provider)
