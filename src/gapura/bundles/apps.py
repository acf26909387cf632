from django.apps import AppConfig


class BundlesConfig(AppConfig):
    name = "gapura.bundles"
    label = "bundles"

    def ready(self) -> None:
        from gapura.bundles import subscribers, tasks
        from gapura.bundles.definitions import list_bundles
        from gapura.bundles.law_uses import list_law_users
        from gapura.kernel.catalogue.plugin import register_companions
        from gapura.kernel.law.plugin import register_users

        assert subscribers
        assert tasks
        register_companions("bundles", lambda: len(list_bundles()))
        register_users(list_law_users)
