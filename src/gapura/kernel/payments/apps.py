from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "gapura.kernel.payments"
    label = "payments"

    def ready(self) -> None:
        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.audit.plugin import register_logged_table
        from gapura.kernel.payments import tasks
        from gapura.kernel.payments.approval_handlers import RefundHandler
        from gapura.kernel.payments.models import Bill, Posting
        from gapura.kernel.payments.providers.configuration import load_providers
        from gapura.kernel.payments.types import TREASURER
        from gapura.web.navigation import Entry, Place, register_entry

        assert tasks
        register_logged_table("bill", Bill, "number")
        register_logged_table("posting", Posting, "reference")
        register_approval_handler(RefundHandler())
        load_providers()
        officials, treasurers = frozenset({"official"}), frozenset({TREASURER})
        register_entry(Entry(Place.DESK, _("Treasury"), "payments:treasury", 45, officials, treasurers))
