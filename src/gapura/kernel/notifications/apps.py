from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gapura.kernel.notifications"
    label = "notifications"

    def ready(self) -> None:
        from gapura.kernel.notifications import subscribers, tasks

        assert subscribers
        assert tasks
