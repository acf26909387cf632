from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class DocumentsConfig(AppConfig):
    name = "gapura.kernel.documents"
    label = "documents"

    def ready(self) -> None:
        from gapura.kernel.audit.plugin import register_logged_table
        from gapura.kernel.documents import subscribers  # noqa: F401  registers on import
        from gapura.kernel.documents.models import Document
        from gapura.kernel.documents.plugin import register_seal_provider
        from gapura.kernel.documents.providers.demo.keys import DemoAuthority
        from gapura.kernel.documents.providers.pkcs11.keys import ModuleAuthority

        folder, module = Path(settings.GAPURA_HOME) / "pki", settings.GAPURA_SEAL_MODULE
        register_logged_table("document", Document, "code")
        register_seal_provider(ModuleAuthority(folder, module) if module else DemoAuthority(folder))
