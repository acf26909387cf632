from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "gapura.kernel.worklist"
    label = "worklist"
