from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FederationConfig(AppConfig):
    name = "gapura.kernel.federation"
    label = "federation"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.federation import subscribers  # noqa: F401  registers on import
        from gapura.kernel.federation.counter import RegisteredPerson
        from gapura.kernel.federation.panels import ProviderPanel
        from gapura.kernel.federation.permissions import REGISTRAR
        from gapura.kernel.federation.public_services import ClientRegistrationHandler
        from gapura.kernel.identity.plugin import register_person_register, register_sign_in_panel
        from gapura.web.navigation import Entry, Group, Place, register_entry

        register_approval_handler(ClientRegistrationHandler())
        register_sign_in_panel(ProviderPanel())
        register_person_register(RegisteredPerson())
        mine, note = frozenset({"resident"}), _("Sites where you sign in with Gapura, and what they may know.")
        register_entry(Entry(Place.ACCOUNT, _("Connected sites"), "federation:sites", 10, mine, note=note))
        keepers, title = frozenset({REGISTRAR}), _("Sites people sign in to")
        register_entry(Entry(Place.DESK, title, "federation:clients", 70, roles=keepers, group=Group.ADMINISTRATION))
