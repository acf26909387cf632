from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "gapura.kernel.outbox"
    label = "outbox"

    def ready(self) -> None:
        from gapura.kernel.outbox.actions import prune_delivered
        from gapura.kernel.outbox.plugin import register_periodic

        register_periodic("prune delivered events", 3600, prune_delivered)
