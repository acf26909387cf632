from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "gapura.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import list_approval_kinds, register_approval_handler
        from gapura.kernel.audit.plugin import register_logged_table
        from gapura.kernel.cases import subscribers, tasks
        from gapura.kernel.cases.approval_handlers import DecisionHandler
        from gapura.kernel.cases.models import Case
        from gapura.kernel.cases.permissions import APPEAL_ROLES
        from gapura.kernel.catalogue.plugin import register_approval_kinds
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.web.navigation import Entry, Place, register_entry

        register_logged_table("case", Case, "number")
        register_approval_handler(DecisionHandler())
        register_approval_kinds(list_approval_kinds)
        assert subscribers
        assert tasks
        open_for_another("cases:apply", "cases:case", "cases:withdraw", "cases:supplement", "cases:appeal")
        open_for_another("cases:public-statistics", "cases:public-statistics-csv")
        open_for_another("payments:bill", "payments:back", "photos:picture")
        officials = frozenset({"official"})
        register_entry(Entry(Place.DESK, _("Statistics"), "cases:statistics", 40, officials, APPEAL_ROLES))
        note = _("What others need you to agree to")
        mine = frozenset({"resident"})
        register_entry(Entry(Place.ACCOUNT, _("Consents"), "cases:consents", 25, mine, note=note))
        register_entry(Entry(Place.FOOT, _("How the services do"), "cases:public-statistics", 65))
