from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "gapura.desk"
    label = "desk"

    def ready(self) -> None:
        from gapura.web.navigation import Entry, Group, Place, register_entry

        officials = frozenset({"official"})
        register_entry(Entry(Place.DESK, _("To do"), "desk:work", 5, officials))
        register_entry(Entry(Place.DESK, _("Work basket"), "desk:basket", 10, officials))
        register_entry(Entry(Place.DESK, _("Approvals"), "desk:approvals", 20, officials))
        register_entry(Entry(Place.DESK, _("Approval lines"), "desk:lines", 21, officials, group=Group.OFFICE))
        register_entry(Entry(Place.PORTAL, _("Desk"), "desk:basket", 5, officials))
