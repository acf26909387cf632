"""What the registers of land and buildings answer through the exchange: one provider an evidence type."""

from gapura.kernel.exchange.plugin import register_provider
from gapura.sectors.property.providers.buildings import (
    BuildingPriceHistoryProvider,
    BuildingPriceProvider,
    BuildingProvider,
    UnitProvider,
)
from gapura.sectors.property.providers.fields_and_forest import (
    FarmlandHistoryProvider,
    FarmlandProvider,
    ForestProvider,
)
from gapura.sectors.property.providers.parcels import (
    LandPriceHistoryProvider,
    LandPriceProvider,
    LandUseProvider,
    MortgageProvider,
    NeighborProvider,
    ParcelProvider,
    RightHistoryProvider,
    RightProvider,
)


def register_providers() -> None:
    """Let every provider of these registers answer for its evidence type."""
    for provider in (
        ParcelProvider(),
        RightProvider(),
        RightHistoryProvider(),
        MortgageProvider(),
        NeighborProvider(),
        LandUseProvider(),
        LandPriceProvider(),
        LandPriceHistoryProvider(),
        BuildingProvider(),
        UnitProvider(),
        BuildingPriceProvider(),
        BuildingPriceHistoryProvider(),
        ForestProvider(),
        FarmlandProvider(),
        FarmlandHistoryProvider(),
    ):
        register_provider(provider)
