from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "gapura.kernel.identity"
    label = "identity"
