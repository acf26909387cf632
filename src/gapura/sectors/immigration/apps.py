from django.apps import AppConfig


class ImmigrationConfig(AppConfig):
    name = "gapura.sectors.immigration"
    label = "immigration"

    def ready(self) -> None:
        from gapura.kernel.production.actions import register_cards
        from gapura.sectors.immigration.providers import register_providers
        from gapura.sectors.immigration.public_services import PassportKeeper

        register_cards(PassportKeeper())
        register_providers()
