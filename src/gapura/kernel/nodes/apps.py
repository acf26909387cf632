from django.apps import AppConfig

SEAL_SECONDS = 60  # X-Road time-stamps its message log as often
REGISTRY_SECONDS = 300


class NodesConfig(AppConfig):
    name = "gapura.kernel.nodes"
    label = "nodes"

    def ready(self) -> None:
        from gapura.kernel.nodes.tasks import refresh_registry, seal_log
        from gapura.kernel.outbox.plugin import register_periodic

        register_periodic("nodes.seal", SEAL_SECONDS, seal_log)
        register_periodic("nodes.registry", REGISTRY_SECONDS, refresh_registry)
