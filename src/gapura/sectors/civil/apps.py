from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CivilConfig(AppConfig):
    name = "gapura.sectors.civil"
    label = "civil"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.cases.plugin import register_population_register
        from gapura.sectors.civil.permissions import REGISTRAR
        from gapura.sectors.civil.providers import register_providers
        from gapura.sectors.civil.public_services import CivilRegister, CorrectionHandler
        from gapura.web.navigation import Entry, Place, register_entry

        register_providers()
        register_population_register(CivilRegister())
        register_approval_handler(CorrectionHandler())
        register_entry(Entry(Place.DESK, _("Look up a person"), "civil:search", 30, roles=frozenset({REGISTRAR})))
