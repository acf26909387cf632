from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gapura.portal"
    label = "portal"
