from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "gapura.kernel.outbox"
    label = "outbox"
