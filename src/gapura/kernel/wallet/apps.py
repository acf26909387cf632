from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletConfig(AppConfig):
    name = "gapura.kernel.wallet"
    label = "wallet"

    def ready(self) -> None:
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.kernel.wallet import tasks
        from gapura.kernel.wallet.types import RECEIVER_ROLE
        from gapura.web.navigation import Entry, Place, register_entry

        assert tasks
        pages = ("send", "link", "sent", "delivery", "stop", "company", "company-file", "shared", "shared-file")
        open_for_another(*(f"wallet:{page}" for page in pages))
        officials, receivers = frozenset({"official"}), frozenset({RECEIVER_ROLE})
        register_entry(Entry(Place.DESK, _("Sent to us"), "wallet:agency", 30, officials, receivers))
