from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "gapura.kernel.identity"
    label = "identity"

    def ready(self) -> None:
        from gapura.kernel.identity import tasks

        assert tasks
