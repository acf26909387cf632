from django.apps import AppConfig

_FOR_ANOTHER = (
    *("returns", "return", "prepare-return", "file-return", "discard-return", "accept-news", "return-item"),
    *("leave-out-item", "restore-item", "add-item", "explain-return"),
    *("return-version", "explain-version", "return-receipt"),
)
"""Pages of returns: a company's representative or a tax agent files for another."""


class TaxConfig(AppConfig):
    name = "gapura.sectors.tax"
    label = "tax"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from gapura.kernel.approvals.plugin import register_approval_handler
        from gapura.kernel.audit.plugin import register_logged_table
        from gapura.kernel.cases.plugin import register_case_effect
        from gapura.kernel.mandates.plugin import open_for_another
        from gapura.kernel.payments.plugin import BillOrigin, register_bill_origin
        from gapura.sectors.tax import subscribers, tasks
        from gapura.sectors.tax.approval_handlers import AuditHandler, RefundHandler, WriteOffHandler
        from gapura.sectors.tax.models import ReturnVersion, TaxPosting
        from gapura.sectors.tax.providers import register_providers
        from gapura.sectors.tax.public_services import GrantAppeal, GrantObjection, RegisterBusinessTaxpayer
        from gapura.sectors.tax.types import BILL_CODE, OFFICER, SUPERVISOR
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        assert tasks
        register_providers()
        register_case_effect(RegisterBusinessTaxpayer())
        register_case_effect(GrantObjection())
        register_case_effect(GrantAppeal())
        register_logged_table("tax-posting", TaxPosting, "number")
        register_logged_table("tax-return-version", ReturnVersion, "document_code")
        open_for_another(*(f"tax:{page}" for page in _FOR_ANOTHER))
        register_approval_handler(RefundHandler())
        register_approval_handler(AuditHandler())
        register_approval_handler(WriteOffHandler())
        register_bill_origin(BILL_CODE, BillOrigin("tax:account", _("My taxes")))
        register_entry(Entry(Place.PORTAL, _("My taxes"), "tax:account", 35, frozenset({"resident"})))
        officials, tax_posts = frozenset({"official"}), frozenset({OFFICER, SUPERVISOR})
        register_entry(Entry(Place.DESK, _("Tax accounts"), "tax:desk", 40, officials, tax_posts))
