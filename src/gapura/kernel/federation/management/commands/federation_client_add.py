from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.federation.actions import register_client, renew_secret
from gapura.kernel.federation.types import CannotRegisterClient, ClientTerms


class Command(BaseCommand):
    help = (
        "Register a site where people sign in with Gapura, and print its secret once. For whoever runs the "
        "server; registrars propose sites in the desk, where another one decides."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client_id", help="short name: small letters, digits, hyphens")
        parser.add_argument("--title", required=True, help="what people know the site as")
        parser.add_argument("--agency", required=True, help="code of the agency that answers for it")
        parser.add_argument("--return-to", action="append", required=True, metavar="URL", help="exact; repeatable")
        parser.add_argument("--after-sign-out", action="append", default=[], metavar="URL", help="exact; repeatable")
        parser.add_argument("--tell", default="", metavar="URL", help="is told when somebody signs out")
        parser.add_argument("--claim", action="append", default=[], help="a fact of claims.yaml; repeatable")
        parser.add_argument("--ground", default="", help="the law, as in the agency's agreement")
        parser.add_argument("--public", action="store_true", help="an app that cannot keep a secret")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor("command line")
        terms = ClientTerms(
            client_id=options["client_id"],
            title={"en": options["title"]},
            agency_code=options["agency"],
            redirect_addresses=tuple(options["return_to"]),
            sign_out_addresses=tuple(options["after_sign_out"]),
            notice_address=options["tell"],
            claims=tuple(options["claim"]),
            legal_ground=options["ground"],
            is_public=options["public"],
        )
        try:
            client = register_client(actor=actor, terms=terms, now=clock.now())
        except CannotRegisterClient as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"client_id      {client.client_id}")
        if not client.is_public:
            self.stdout.write(f"client_secret  {renew_secret(actor=actor, client=client)}  (shown only now)")
