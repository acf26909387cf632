from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "gapura.sectors.health"
    label = "health"

    def ready(self) -> None:
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.sectors.health import subscribers
        from gapura.sectors.health.permissions import BIRTH_REPORTER, DEATH_REPORTER
        from gapura.sectors.health.providers import register_providers
        from gapura.sectors.health.public_services import NewbornMembership
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        register_providers()
        register_case_effect(NewbornMembership())
        officials = frozenset({"official"})
        register_entry(
            Entry(Place.DESK, _("Report a birth"), "health:report-birth", 30, officials, frozenset({BIRTH_REPORTER}))
        )
        register_entry(
            Entry(Place.DESK, _("Report a death"), "health:report-death", 31, officials, frozenset({DEATH_REPORTER}))
        )
