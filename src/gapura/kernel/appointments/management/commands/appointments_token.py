from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.appointments.actions import end_token, issue_token
from gapura.kernel.appointments.queries import list_tokens
from gapura.kernel.appointments.types import CannotIssueToken, Scope
from gapura.kernel.audit.types import system_actor
from gapura.kernel.identity.queries import find_account


class Command(BaseCommand):
    help = (
        "Issue a token with which an agency's personnel system may speak SCIM 2.0, list its tokens, or end one. "
        "The value is shown once; only its digest is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("agency", help="code of the agency, for instance dukcapil")
        parser.add_argument(
            "--responsible", metavar="LOGIN", help="the official who answers for what the system orders"
        )
        parser.add_argument("--office", default="", help="where posts made with it stand (default: head office)")
        parser.add_argument("--label", default="Personnel system", help="how the audit log calls it")
        parser.add_argument("--scope", choices=[scope.value for scope in Scope], default=Scope.WRITE.value)
        parser.add_argument("--days", type=int, default=90, help="days until it expires (default 90)")
        parser.add_argument("--list", action="store_true", help="list the agency's tokens")
        parser.add_argument("--end", type=int, metavar="NUMBER", help="end this token of the agency at once")

    def handle(self, *, agency: str, **options: Any) -> None:
        if options["list"]:
            for token in list_tokens(agency):
                state = "ended" if token.ended_at else f"until {token.expires_at:%Y-%m-%d}"
                self.stdout.write(f"{token.pk}  {token.scope:5}  {state}  {token.label}")
        elif options["end"] is not None:
            self._end(agency, options["end"])
        else:
            self._issue(agency, options)

    def _end(self, agency: str, number: int) -> None:
        if number not in {token.pk for token in list_tokens(agency)}:
            raise CommandError(f"{agency} has no token {number}; --list shows those it has.")
        end_token(actor=system_actor("appointments token"), token_id=number, now=clock.now())
        self.stdout.write(f"Token {number} opens nothing any more.")

    def _issue(self, agency: str, options: dict[str, Any]) -> None:
        account = find_account(options["responsible"] or "")
        if account is None:
            raise CommandError("Name the responsible official with --responsible LOGIN; no account is called that.")
        try:
            token, value = issue_token(
                actor=system_actor("appointments token"),
                agency_code=agency,
                office_code=options["office"],
                label=options["label"],
                scope=Scope(options["scope"]),
                responsible_account=account.pk,
                days=options["days"],
                now=clock.now(),
            )
        except CannotIssueToken as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Token {token.pk} for {agency}, until {token.expires_at:%Y-%m-%d}. It is shown this once:")
        self.stdout.write(value)
