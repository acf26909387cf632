from argparse import ArgumentParser, ArgumentTypeError
from typing import Any
from urllib.parse import urlsplit

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gapura.kernel.nodes.folder import own_folder
from gapura.kernel.nodes.rules import parse_member
from gapura.kernel.nodes.types import MessageRefused


class Command(BaseCommand):
    help = "Make this home a node: its database, its keys, and the request to join the network. Existing keys are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--member", required=True, help="INSTANCE/CLASS/MEMBER, e.g. ID/GOV/DUKCAPIL")
        parser.add_argument("--title", help="what people call the member (default: its code)")
        parser.add_argument("--address", required=True, help="where other nodes reach it, e.g. https://10.0.0.5:4443")
        parser.add_argument(
            "--subsystem",
            action="append",
            required=True,
            type=_subsystem,
            metavar="CODE=AGENCY[:EVIDENCE,…]",
            help="who asks and answers here, and the evidence types it answers",
        )

    def handle(self, **options: Any) -> None:
        address = urlsplit(options["address"])
        if address.scheme != "https" or not address.hostname or address.path not in ("", "/"):
            raise CommandError("The address must look like https://host:port.")
        try:
            member = parse_member(options["member"])
        except MessageRefused as error:
            raise CommandError(
                f"{error} Write INSTANCE/CLASS/MEMBER with letters, digits, dots and hyphens."
            ) from error
        call_command("migrate", verbosity=0)
        call_command("pki_init", verbosity=0)
        folder = own_folder()
        folder.create(
            {
                "member": str(member),
                "title": options["title"] or member.code,
                "address": options["address"].rstrip("/"),
                "subsystems": options["subsystem"],
            }
        )
        self.stdout.write(f"Send {folder.path / 'request.json'} to the exchange authority; it holds no secret.")


def _subsystem(text: str) -> dict[str, Any]:
    code, equals, rest = text.partition("=")
    agency, _, services = rest.partition(":")
    if not (code and equals and agency):
        raise ArgumentTypeError(f"{text!r} is not CODE=AGENCY or CODE=AGENCY:EVIDENCE,EVIDENCE")
    return {"code": code, "agency": agency, "services": sorted(filter(None, services.split(",")))}
