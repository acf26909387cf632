from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gapura.kernel.documents"
    label = "documents"
