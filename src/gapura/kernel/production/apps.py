from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductionConfig(AppConfig):
    name = "gapura.kernel.production"
    label = "production"

    def ready(self) -> None:
        from django.conf import settings

        from gapura.kernel.production import subscribers, tasks
        from gapura.kernel.production.plugin import register_factory
        from gapura.kernel.production.providers.demo_factory import DemoFactory
        from gapura.kernel.production.queries import list_counter_roles
        from gapura.web.navigation import Entry, Place, register_entry

        assert subscribers
        assert tasks
        if settings.GAPURA_DEMO:
            register_factory(DemoFactory(settings.GAPURA_HOME / "demo_factory.sqlite3"))
        officials, mine = frozenset({"official"}), frozenset({"resident"})
        register_entry(
            Entry(Place.DESK, _("Cards and passports"), "production:counter", 32, officials, list_counter_roles())
        )
        note = _("What is being made for you, with its tracking number.")
        register_entry(Entry(Place.ACCOUNT, _("My cards and passports"), "production:cards", 15, mine, note=note))
