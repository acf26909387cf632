from django.apps import AppConfig

CHECKPOINT_SECONDS = 30  # what is forged before the next checkpoint goes unseen; X-Road time-stamps every 60


class CompositionConfig(AppConfig):
    """Joins what may not know each other: the standard and the exchange, the audit log and the worker."""

    name = "gapura.config"
    label = "config"

    def ready(self) -> None:
        from django.conf import settings

        from gapura.config import checks, deployment  # noqa: F401  register on import
        from gapura.foundation import scanner
        from gapura.kernel.audit.actions import integrate_events
        from gapura.kernel.exchange.plugin import register_elsewhere, register_evidence_type
        from gapura.kernel.exchange.providers.directory import find_elsewhere
        from gapura.kernel.outbox.plugin import register_periodic
        from gapura.standards import EVIDENCE_TYPES

        scanner.use(settings.GAPURA_SCANNER)
        for evidence_type in EVIDENCE_TYPES:
            register_evidence_type(evidence_type)
        register_periodic("audit.checkpoint", CHECKPOINT_SECONDS, integrate_events)
        register_elsewhere(find_elsewhere)
