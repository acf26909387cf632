from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LawConfig(AppConfig):
    name = "gapura.kernel.law"
    label = "law"

    def ready(self) -> None:
        from gapura.web.navigation import Entry, Place, register_entry

        register_entry(Entry(Place.FOOT, _("The law that reckons"), "law:index", 35))
