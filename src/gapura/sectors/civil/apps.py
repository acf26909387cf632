from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CivilConfig(AppConfig):
    name = "gapura.sectors.civil"
    label = "civil"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.cases.plugin import register_case_effect, register_population_register
        from gapura.kernel.identity.plugin import register_person_names
        from gapura.kernel.mandates.plugin import register_family_register
        from gapura.kernel.production.actions import register_cards
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.civil import subscribers, tasks
        from gapura.sectors.civil.models import FamilyEntry
        from gapura.sectors.civil.permissions import REGISTRAR, SUPERVISOR
        from gapura.sectors.civil.providers import register_providers
        from gapura.sectors.civil.public_services import (
            AnnulmentHandler,
            BirthRegistration,
            CivilRegister,
            CorrectionHandler,
            DeathRegistration,
            HouseMove,
            IdentityCardKeeper,
        )
        from gapura.sectors.civil.queries import list_members
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        assert tasks
        register_providers()
        register_population_register(CivilRegister())
        register_family_register(CivilRegister())
        register_person_names(CivilRegister())
        register_approval_handler(CorrectionHandler())
        register_case_effect(BirthRegistration())
        register_approval_handler(AnnulmentHandler())
        register_case_effect(DeathRegistration())
        register_case_effect(HouseMove())
        register_concern(FamilyEntry, list_members)
        register_cards(IdentityCardKeeper())
        register_entry(Entry(Place.DESK, _("Look up a person"), "civil:search", 30, roles=frozenset({REGISTRAR})))
        both = frozenset({REGISTRAR, SUPERVISOR})
        register_entry(Entry(Place.DESK, _("Look-ups to explain"), "civil:findings", 35, roles=both))
