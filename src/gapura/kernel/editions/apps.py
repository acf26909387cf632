from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditionsConfig(AppConfig):
    name = "gapura.kernel.editions"
    label = "editions"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.catalogue.plugin import register_edition_source
        from gapura.kernel.editions import subscribers
        from gapura.kernel.editions.approval_handlers import AgencyHandler, AuthorityHandler
        from gapura.kernel.editions.queries import AdoptedEditions
        from gapura.kernel.editions.types import AUTHORITY, EDITOR
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        register_edition_source(AdoptedEditions())
        register_approval_handler(AgencyHandler())
        register_approval_handler(AuthorityHandler())
        officials, people = frozenset({"official"}), frozenset({EDITOR, AUTHORITY})
        register_entry(Entry(Place.DESK, _("Public services"), "editions:list", 60, officials, people))
