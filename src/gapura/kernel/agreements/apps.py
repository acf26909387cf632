from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "gapura.kernel.agreements"
    label = "agreements"

    def ready(self) -> None:
        from gapura.kernel.agreements import tasks
        from gapura.kernel.agreements.types import APPLICANT, AUTHORITY, HOLDER
        from gapura.web.navigation import Entry, Place, register_entry

        assert tasks
        officials, sides = frozenset({"official"}), frozenset({APPLICANT, HOLDER, AUTHORITY})
        register_entry(Entry(Place.DESK, _("Agreements"), "agreements:list", 50, officials, sides))
        register_entry(Entry(Place.FOOT, _("Who may ask whom for what"), "agreements:register", 70))
