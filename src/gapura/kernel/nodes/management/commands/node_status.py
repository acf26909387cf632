import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.nodes.folder import get_registry, own_folder
from gapura.kernel.nodes.queries import count_messages, oldest_unsealed
from gapura.kernel.nodes.rules import LOG_STALLS_AFTER
from gapura.kernel.nodes.types import BadRegistry, NoNode


class Command(BaseCommand):
    help = (
        "Say who this node is, whether its registry is current and its log sealed. Exit status 1: it would not answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object only")

    def handle(self, **options: Any) -> None:
        now = clock.now()
        try:
            registry, member = get_registry(), own_folder().member
        except (NoNode, BadRegistry) as error:
            raise CommandError(str(error)) from error
        oldest = oldest_unsealed()
        waiting = int((now - oldest).total_seconds()) if oldest else 0
        own = registry.members.get(member)
        facts = {
            "member": str(member),
            "registry": registry.version,
            "registry_valid_until": registry.valid_until.isoformat(),
            "members": len(registry.members),
            "unsealed_for_seconds": waiting,
            "answers": bool(own and own.is_valid(now) and own.signing)
            and now < registry.valid_until
            and waiting <= LOG_STALLS_AFTER.total_seconds(),
            **count_messages(),
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            for name, value in facts.items():
                self.stdout.write(f"{name.replace('_', ' '):>22}  {value}")
        if not facts["answers"]:
            raise SystemExit(1)
