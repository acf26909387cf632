from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "gapura.portal"
    label = "portal"

    def ready(self) -> None:
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.web.banners import Banner, register_banner
        from gapura.web.navigation import NOBODY, Entry, Place, register_entry

        pages = ("home", "search", "life-event", "cases", "documents", "document-file", "help", "about", "privacy")
        open_for_another(*(f"portal:{page}" for page in (*pages, "accessibility")))

        register_banner(Banner("portal/kiosk_bar.html", shown_for="kiosk", order=10))
        mine = frozenset({"resident"})
        for entry in (
            Entry(Place.PORTAL, _("Services"), "portal:search", 10),
            Entry(Place.PORTAL, _("My cases"), "portal:cases", 20, mine),
            Entry(Place.PORTAL, _("My documents"), "portal:documents", 30, mine),
            Entry(Place.PORTAL, _("My data"), "portal:my-data", 40, mine),
            Entry(Place.PORTAL, _("Messages"), "portal:messages", 50, mine),
            Entry(Place.PORTAL, _("Verify a document"), "documents:verify", 60, frozenset({NOBODY})),
            Entry(Place.FOOT, _("Help"), "portal:help", 10),
            Entry(Place.FOOT, _("About Gapura"), "portal:about", 20),
            Entry(Place.FOOT, _("Privacy"), "portal:privacy", 30),
            Entry(Place.FOOT, _("Accessibility"), "portal:accessibility", 40),
            Entry(Place.FOOT, _("Verify a document"), "documents:verify", 50),
        ):
            register_entry(entry)
