"""Everything that may be done for the house's standing."""

from gapura.kernel.operations.actions.copies import back_up, make_backup_key, ship_log
from gapura.kernel.operations.actions.counters import admit_counter, make_pack
from gapura.kernel.operations.actions.destroyed import destroy_again, publish_deeds, publish_deeds_soon
from gapura.kernel.operations.actions.journals import reconcile_journal
from gapura.kernel.operations.actions.outages import declare_outage, end_outage, report_cause

__all__ = [
    "admit_counter",
    "back_up",
    "declare_outage",
    "destroy_again",
    "end_outage",
    "make_backup_key",
    "make_pack",
    "publish_deeds",
    "publish_deeds_soon",
    "reconcile_journal",
    "report_cause",
    "ship_log",
]
