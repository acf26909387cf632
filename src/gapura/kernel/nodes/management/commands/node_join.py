import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.actions import update_registry
from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.types import BadRegistry, NoNode


class Command(BaseCommand):
    help = "Take the exchange authority's answer: the certificates and the member registry; or a newer registry alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--answer", type=Path, help="the file that the authority made for this node")
        parser.add_argument(
            "--authority", metavar="FINGERPRINT", help="as the authority told it, by telephone or paper"
        )
        parser.add_argument("--registry", type=Path, help="a newer member registry")

    def handle(self, **options: Any) -> None:
        try:
            if options["answer"]:
                if not options["authority"]:
                    raise CommandError("Give --authority with the fingerprint; without it anybody could answer.")
                answer = json.loads(options["answer"].read_text())
                own_folder().install(answer, options["authority"], clock.now())
                text = answer["registry"]
            elif options["registry"]:
                text = options["registry"].read_text()
            else:
                raise CommandError("Give --answer and --authority to join, or --registry for a newer registry.")
            registry = update_registry(actor=system_actor("node-join"), text=text, now=clock.now())
        except (NoNode, BadRegistry) as error:
            raise CommandError(str(error)) from error
        except (OSError, ValueError, KeyError, InvalidSignature) as error:
            raise CommandError(f"The answer cannot be used: {error!r}. Ask the authority for it again.") from error
        self.stdout.write(f"Member registry {registry.version} is in force: {len(registry.members)} members.")
