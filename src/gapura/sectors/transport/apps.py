from django.apps import AppConfig


class TransportConfig(AppConfig):
    name = "gapura.sectors.transport"
    label = "transport"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.transport.models import LienEntry, OwnershipEntry, TheftEntry, VehicleEntry
        from gapura.sectors.transport.providers import register_providers
        from gapura.sectors.transport.public_services import VehicleTransfer
        from gapura.sectors.transport.queries import list_owners, list_owners_of_pledged, list_owners_of_stolen

        register_providers()
        register_case_effect(VehicleTransfer())
        register_concern(VehicleEntry, list_owners)
        register_concern(OwnershipEntry, list_owners)
        register_concern(LienEntry, list_owners_of_pledged)
        register_concern(TheftEntry, list_owners_of_stolen)
