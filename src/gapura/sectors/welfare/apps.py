from django.apps import AppConfig


class WelfareConfig(AppConfig):
    name = "gapura.sectors.welfare"
    label = "welfare"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.kernel.law.plugin import register_household_source
        from gapura.sectors.welfare import subscribers
        from gapura.sectors.welfare.households import RegisteredHousehold
        from gapura.sectors.welfare.providers import register_providers
        from gapura.sectors.welfare.public_services import Assistance

        assert subscribers
        register_providers()
        register_case_effect(Assistance())
        register_household_source(RegisteredHousehold())
