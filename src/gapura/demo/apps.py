from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "gapura.demo"
    label = "demo"

    def ready(self) -> None:
        if settings.GAPURA_DEMO:
            from gapura.demo.sign_in_panel import DemoSignInPanel
            from gapura.kernel.identity.plugin import register_sign_in_panel

            register_sign_in_panel(DemoSignInPanel())
