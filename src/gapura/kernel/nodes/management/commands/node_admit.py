import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.management.commands.node_authority import get_authority
from gapura.kernel.nodes.types import CannotAdmit


class Command(BaseCommand):
    help = "As the exchange authority: sign a node's certificates, enter it into the member registry, write the answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request", type=Path, help="the node's request.json")
        parser.add_argument("--out", type=Path, required=True, help="where the answer for the node goes")

    def handle(self, **options: Any) -> None:
        try:
            request = json.loads(options["request"].read_text())
            answer = get_authority().admit(request, clock.now())
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['request']} cannot be read: {error}. Ask the node for it again.") from error
        except CannotAdmit as error:
            raise CommandError(str(error)) from error
        record_event(
            actor=system_actor("exchange-authority"),
            action="nodes.member_admitted",
            object_ref=f"member:{request['member']}",
        )
        options["out"].write_text(json.dumps(answer, indent=1))
        self.stdout.write(f"{request['member']} is admitted. Give {options['out']} to its node; it holds no secret.")
