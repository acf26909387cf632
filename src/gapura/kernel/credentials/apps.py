from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CredentialsConfig(AppConfig):
    name = "gapura.kernel.credentials"
    label = "credentials"

    def ready(self) -> None:
        from gapura.kernel.credentials import subscribers, tasks
        from gapura.kernel.credentials.types import VERIFIER_ROLE
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers, tasks
        officials, verifiers = frozenset({"official"}), frozenset({VERIFIER_ROLE})
        register_entry(Entry(Place.DESK, _("Ask to be shown"), "credentials:ask", 31, officials, verifiers))
