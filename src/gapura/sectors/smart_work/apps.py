from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SmartWorkConfig(AppConfig):
    name = "gapura.sectors.smart_work"
    label = "smart_work"

    def ready(self) -> None:
        from gapura.kernel.worklist.plugin import register_work_kind
        from gapura.kernel.worklist.types import WorkKind
        from gapura.sectors.smart_work import tasks
        from gapura.sectors.smart_work.networks import parse_office_networks
        from gapura.web.banners import Banner, register_banner
        from gapura.web.navigation import Entry, Group, Place, register_entry

        assert tasks
        parse_office_networks(settings.GAPURA_OFFICE_NETWORKS)  # what is mistyped is told before the first request
        register_work_kind(WorkKind("smart_work.decide", _("Agree to a day at a smart work center")))
        register_entry(
            Entry(Place.DESK, _("Smart work"), "smart_work:home", 62, frozenset({"official"}), group=Group.OFFICE)
        )
        register_banner(Banner("smart_work/banner.html", shown_for="remote_session", order=20))
