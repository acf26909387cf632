from django.apps import AppConfig


class PropertyConfig(AppConfig):
    name = "gapura.sectors.property"
    label = "property"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.property.providers import register_providers
        from gapura.sectors.property.public_services import LandTransfer
        from gapura.sectors.property.queries import CONCERNS

        register_providers()
        register_case_effect(LandTransfer())
        for register, concern in CONCERNS.items():
            register_concern(register, concern)
