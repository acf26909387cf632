from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.kernel.operations.backup.vault import Vault, open_server
from gapura.kernel.operations.types import BackupRefused


class Command(BaseCommand):
    help = "Receive copies until Ctrl-C. Run it as another user on another machine than the house."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8700)

    def handle(self, *, folder: Path, host: str, port: int, **options: Any) -> None:
        try:
            server = open_server(Vault(folder), host, port)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        except OSError as error:
            raise CommandError(f"Port {port} of {host} cannot be used ({error}). Choose another: --port.") from error
        self.stdout.write(f"The vault {folder} receives at http://{host}:{server.server_port}  (stop with Ctrl-C)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            server.server_close()
