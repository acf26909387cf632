from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "gapura.kernel.identity"
    label = "identity"

    def ready(self) -> None:
        from gapura.kernel.identity import tasks

        assert tasks

        from gapura.kernel.identity.permissions import COUNTER_ROLE
        from gapura.web.navigation import Entry, Place, register_entry

        counter = frozenset({COUNTER_ROLE})
        register_entry(Entry(Place.DESK, _("Accounts"), "identity:counter", 40, frozenset({"official"}), counter))
