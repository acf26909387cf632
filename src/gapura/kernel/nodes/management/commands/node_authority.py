from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.foundation.jurisdictions import load
from gapura.kernel.nodes.authority import ExchangeAuthority
from gapura.kernel.nodes.types import CannotAdmit


class Command(BaseCommand):
    help = (
        "Make the exchange authority under GAPURA_HOME/exchange-authority, or publish a new member registry. "
        "Prints the fingerprint that every node is told by another way than the network."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--instance", help="name of the network (default: the country's code)")
        parser.add_argument("--suspend", metavar="MEMBER", help="let nobody answer this member any more")
        parser.add_argument("--revoke", metavar="MEMBER", help="let no certificate of this member count any more")
        parser.add_argument("--renew", action="store_true", help="publish the same registry with a new last day")
        parser.add_argument("--registry", type=Path, metavar="FILE", help="write the signed registry to FILE")

    def handle(self, **options: Any) -> None:
        authority, now = get_authority(), clock.now()
        try:
            fingerprint = authority.create(options["instance"] or load(settings.GAPURA_JURISDICTION).code, now)
            if options["suspend"]:
                authority.suspend(options["suspend"], now)
            if options["revoke"]:
                authority.revoke(options["revoke"], now)
            if options["renew"]:
                authority.renew(now)
        except CannotAdmit as error:
            raise CommandError(str(error)) from error
        if options["registry"]:
            options["registry"].write_text(authority.registry_text())
        self.stdout.write(fingerprint)


def get_authority() -> ExchangeAuthority:
    return ExchangeAuthority(Path(settings.GAPURA_HOME) / "exchange-authority")
