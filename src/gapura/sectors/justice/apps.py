from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JusticeConfig(AppConfig):
    name = "gapura.sectors.justice"
    label = "justice"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.exchange.plugin import register_provider
        from gapura.kernel.registers.plugin import register_concern
        from gapura.sectors.justice.approval_handlers import BarHandler
        from gapura.sectors.justice.models import SentenceEntry, TravelBanEntry, WarrantEntry
        from gapura.sectors.justice.permissions import KEEPER
        from gapura.sectors.justice.providers import BarProvider
        from gapura.web.navigation import Entry, Place, register_entry

        register_provider(BarProvider())
        register_approval_handler(BarHandler())
        officials, keepers = frozenset({"official"}), frozenset({KEEPER})
        register_entry(Entry(Place.DESK, _("Travel bans and wanted notices"), "justice:search", 40, officials, keepers))
        for register in (SentenceEntry, WarrantEntry, TravelBanEntry):
            # No paper states what they hold; so no event of a change names a person either.
            register_concern(register, lambda subject: ())
