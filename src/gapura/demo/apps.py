from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "gapura.demo"
    label = "demo"

    def ready(self) -> None:
        from gapura.demo import checks
        from gapura.demo.population import DemonstrationNation
        from gapura.sectors.insight.plugin import register_source

        assert checks
        register_source(DemonstrationNation())

        if settings.GAPURA_DEMO:
            from gapura.demo.sign_in_panel import DemoSignInPanel
            from gapura.kernel.identity.plugin import register_sign_in_panel

            register_sign_in_panel(DemoSignInPanel())
