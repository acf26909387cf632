from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class DocumentsConfig(AppConfig):
    name = "gapura.kernel.documents"
    label = "documents"

    def ready(self) -> None:
        from gapura.kernel.documents import subscribers  # noqa: F401  registers on import
        from gapura.kernel.documents.plugin import register_seal_provider
        from gapura.kernel.documents.providers.demo.keys import DemoAuthority

        register_seal_provider(DemoAuthority(Path(settings.GAPURA_HOME) / "pki"))
