from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "gapura.kernel.notifications"
    label = "notifications"
