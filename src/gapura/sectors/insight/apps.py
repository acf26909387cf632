from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    name = "gapura.sectors.insight"
    label = "insight"

    def ready(self) -> None:
        from gapura.sectors.insight import tasks
        from gapura.sectors.insight.types import ANALYST
        from gapura.web.navigation import Entry, Place, register_entry

        assert tasks
        officials, analysts = frozenset({"official"}), frozenset({ANALYST})
        register_entry(Entry(Place.DESK, _("Policy simulation"), "insight:list", 65, officials, analysts))
