from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    name = "gapura.kernel.approvals"
    label = "approvals"

    def ready(self) -> None:
        from gapura.kernel.approvals import subscribers, tasks
        from gapura.kernel.approvals.actions.requests import DECIDE
        from gapura.kernel.approvals.actions.seats import ACKNOWLEDGE, ACT, REWORK
        from gapura.kernel.worklist.plugin import register_work_kind
        from gapura.kernel.worklist.types import WorkKind

        assert subscribers
        assert tasks
        register_work_kind(WorkKind(ACT, _("Decide on a line")))
        register_work_kind(WorkKind(REWORK, _("Rework and send again")))
        register_work_kind(WorkKind(ACKNOWLEDGE, _("Acknowledge what was decided in your place")))
        register_work_kind(WorkKind(DECIDE, _("Decide what a colleague proposes")))
