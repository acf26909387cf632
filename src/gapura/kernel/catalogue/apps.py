from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "gapura.kernel.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from gapura.kernel.catalogue.law_uses import list_law_users
        from gapura.kernel.law.plugin import register_users

        register_users(list_law_users)
