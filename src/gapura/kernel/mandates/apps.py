from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

CONFIRMING = (
    "identity:step-up",
    "identity:weak-proof",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)
"""Showing one's own factor: an act for another may ask for it."""


class MandatesConfig(AppConfig):
    name = "gapura.kernel.mandates"
    label = "mandates"

    def ready(self) -> None:
        from gapura.kernel.identity.plugin import register_capacity_panel
        from gapura.kernel.mandates import subscribers
        from gapura.kernel.mandates.panels import ActForAnother
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.web.banners import Banner, register_banner
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        mine, note = frozenset({"resident"}), _("For your family, for people who trust you; and those you trust.")
        register_entry(Entry(Place.PORTAL, _("Act for others"), "mandates:mine", 55, mine))
        register_entry(Entry(Place.ACCOUNT, _("Act for others"), "mandates:mine", 20, mine, note=note))
        register_capacity_panel(ActForAnother())
        register_banner(Banner("mandates/banner.html", shown_for="acting_for", order=40))
        # What stands below this module cannot say so itself.
        open_for_another(
            "mandates:stop",
            "identity:sign-out",
            "account_logout",
            "identity:language",
            "identity:stop-by-link",
            *CONFIRMING,
            "catalogue:service",
            "catalogue:service-jsonld",
            "catalogue:catalogue-jsonld",
            "documents:verify",
            "documents:verify-code",
            "production:verify-card",
        )
