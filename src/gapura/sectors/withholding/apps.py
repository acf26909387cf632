from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WithholdingConfig(AppConfig):
    name = "gapura.sectors.withholding"
    label = "withholding"

    def ready(self) -> None:
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.sectors.withholding import tasks
        from gapura.sectors.withholding.providers import register_providers
        from gapura.sectors.withholding.types import PAYROLL
        from gapura.web.navigation import Entry, Place, register_entry

        assert tasks
        officials, payroll = frozenset({"official"}), frozenset({PAYROLL})
        register_entry(Entry(Place.DESK, _("Reports for tax"), "withholding:deliveries", 62, officials, payroll))
        register_providers()
        pages = ("deliveries", "deliver", "delivery", "tokens", "stop-token", "received", "use")
        open_for_another(*(f"withholding:{page}" for page in pages))
