from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gapura.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        from gapura.kernel.cases import subscribers, tasks

        assert subscribers
        assert tasks
