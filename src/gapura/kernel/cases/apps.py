from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "gapura.kernel.cases"
    label = "cases"
