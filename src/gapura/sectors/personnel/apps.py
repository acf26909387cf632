from django.apps import AppConfig


class PersonnelConfig(AppConfig):
    name = "gapura.sectors.personnel"
    label = "personnel"

    def ready(self) -> None:
        from gapura.sectors.personnel.providers import register_providers

        register_providers()
