from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.audit.actions import record_event
from gapura.kernel.audit.types import system_actor
from gapura.kernel.nodes.management.commands.node_authority import get_authority
from gapura.kernel.nodes.types import BadRegistry, CannotAdmit


class Command(BaseCommand):
    help = (
        "As the exchange authority: sign what a guard may let pass, and put the guard before its member in the member "
        "registry. Both files then go to the guard; the registry goes to every node."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("policy", type=Path, help="the policy as people wrote it (YAML)")
        parser.add_argument("--days", type=int, default=90, help="how long it is in force (default: 90)")
        parser.add_argument("--out", type=Path, required=True, help="where the signed policy goes")

    def handle(self, *, policy: Path, days: int, out: Path, **options: Any) -> None:
        try:
            facts = yaml.safe_load(policy.read_text())
            signed = get_authority().place_guard(facts, timedelta(days=days), clock.now())
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise CommandError(
                f"{policy} is no policy ({error!r}): see docs/how-to/run-a-confidential-node.md."
            ) from error
        except (CannotAdmit, BadRegistry) as error:
            raise CommandError(str(error)) from error
        record_event(
            actor=system_actor("exchange-authority"),
            action="nodes.guard_placed",
            object_ref=f"member:{facts['guarded']}",
            detail={"guard": facts["guard"], "passes": sorted(facts["passes"])},
        )
        out.write_text(signed)
        self.stdout.write(f"{facts['guard']} stands before {facts['guarded']}. Give it {out} and the new registry.")
