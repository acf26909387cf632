from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gapura.foundation import clock
from gapura.kernel.audit.types import system_actor
from gapura.kernel.documents.actions import withdraw_block
from gapura.kernel.documents.types import CannotSealDocument, CannotUseBlock


class Command(BaseCommand):
    help = "Withdraw a pack whose machine was lost: its certificates are revoked, its papers verify as revoked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", help="the pack's number")
        parser.add_argument("--reason", required=True)

    def handle(self, *, pack: str, reason: str, **options: Any) -> None:
        try:
            withdraw_block(actor=system_actor("counter withdraw"), number=pack, reason=reason, now=clock.now())
        except (CannotUseBlock, CannotSealDocument) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"The pack {pack} is withdrawn.")
