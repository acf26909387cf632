from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvoicingConfig(AppConfig):
    name = "gapura.sectors.invoicing"
    label = "invoicing"

    def ready(self) -> None:
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.sectors.invoicing.providers import register_providers
        from gapura.web.navigation import Entry, Place, register_entry

        register_providers()
        lists, one = "sales inbox disputes months write drop upload keys end-key report", "invoice paper xml seal"
        open_for_another(*(f"invoicing:{page}" for page in f"{lists} {one} answer cancel correct".split()))
        mine = frozenset({"resident"})
        invoices, receipts = (
            _("Invoices a business writes and receives."),
            _("What you paid in cash, and who may report it."),
        )
        register_entry(Entry(Place.ACCOUNT, _("Invoices"), "invoicing:sales", 60, mine, note=invoices))
        register_entry(Entry(Place.ACCOUNT, _("My receipts"), "invoicing:receipts", 61, mine, note=receipts))
