from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    name = "gapura.kernel.appointments"
    label = "appointments"

    def ready(self) -> None:
        from gapura.kernel.appointments import subscribers
        from gapura.kernel.appointments.approval_handlers import PowerHandler
        from gapura.kernel.appointments.types import APPROVER, EMERGENCY, OFFICER
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.web.banners import Banner, register_banner
        from gapura.web.navigation import Entry, Group, Place, register_entry

        assert subscribers
        register_approval_handler(PowerHandler())
        register_banner(Banner("appointments/banner.html", shown_for="power_taken", order=30))
        officials, people = frozenset({"official"}), frozenset({OFFICER, APPROVER})
        group = Group.ADMINISTRATION
        register_entry(Entry(Place.DESK, _("People and powers"), "appointments:people", 50, officials, people, group))
        emergency = frozenset({EMERGENCY, APPROVER})
        register_entry(
            Entry(Place.DESK, _("Emergency access"), "appointments:emergencies", 55, officials, emergency, group)
        )
