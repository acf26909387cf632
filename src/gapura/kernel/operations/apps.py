from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "gapura.kernel.operations"
    label = "operations"

    def ready(self) -> None:
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.kernel.operations.permissions import DUTY
        from gapura.kernel.operations.tasks import (
            MEASURE_SECONDS,
            SNAPSHOT_SECONDS,
            draw_snapshot,
            measure_ages,
        )
        from gapura.kernel.outbox.plugin import register_periodic
        from gapura.web.navigation import Entry, Group, Place, register_entry

        open_for_another("operations:status", "operations:live", "operations:ready", "operations:metrics")
        register_periodic("operations.status", SNAPSHOT_SECONDS, draw_snapshot)
        register_periodic("operations.measure", MEASURE_SECONDS, measure_ages)
        register_entry(Entry(Place.FOOT, _("System status"), "operations:status", 60))
        on_duty, officials = frozenset({DUTY}), frozenset({"official"})
        register_entry(Entry(Place.DESK, _("Who answers now"), "operations:holders", 75, officials, group=Group.OFFICE))
        register_entry(
            Entry(Place.DESK, _("Outages"), "operations:outages", 80, officials, on_duty, Group.ADMINISTRATION)
        )
