from django.apps import AppConfig


class CompositionConfig(AppConfig):
    """Joins what may not know each other: the national standard is declared to the exchange here."""

    name = "gapura.config"
    label = "config"

    def ready(self) -> None:
        from gapura.kernel.exchange.plugin import register_evidence_type
        from gapura.standards import EVIDENCE_TYPES

        for evidence_type in EVIDENCE_TYPES:
            register_evidence_type(evidence_type)
