from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "gapura.kernel.approvals"
    label = "approvals"
