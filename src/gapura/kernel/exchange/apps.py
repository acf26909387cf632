from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "gapura.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        from gapura.kernel.audit.plugin import register_logged_table
        from gapura.kernel.exchange.endpoints import EvidenceAnswerer
        from gapura.kernel.exchange.guarded_content import EvidenceInspector
        from gapura.kernel.exchange.models import AccessRecord
        from gapura.kernel.nodes.plugin import register_answerer, register_inspector

        register_logged_table("access", AccessRecord, "access_id")
        register_answerer(EvidenceAnswerer())
        register_inspector(EvidenceInspector())
