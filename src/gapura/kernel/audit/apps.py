from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "gapura.kernel.audit"
    label = "audit"
