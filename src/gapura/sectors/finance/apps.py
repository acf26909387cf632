from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "gapura.sectors.finance"
    label = "finance"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.sectors.finance.providers import register_providers
        from gapura.sectors.finance.public_services import EnrollEmployer

        register_providers()
        register_case_effect(EnrollEmployer())
