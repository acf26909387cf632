from django.apps import AppConfig


class BusinessConfig(AppConfig):
    name = "gapura.sectors.business"
    label = "business"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect, register_company_register
        from gapura.kernel.mandates.plugin import register_representation_register
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.business.models import ActivityEntry, BusinessEntry, RepresentativeEntry
        from gapura.sectors.business.providers import register_providers
        from gapura.sectors.business.public_services import Companies, FoundBusiness, LicenseBusiness, ShareTransfer
        from gapura.sectors.business.queries import list_concerned

        register_providers()
        register_company_register(Companies())
        register_representation_register(Companies())
        for effect in (FoundBusiness(), LicenseBusiness(), ShareTransfer()):
            register_case_effect(effect)
        for register in (BusinessEntry, RepresentativeEntry, ActivityEntry):
            register_concern(register, list_concerned)
