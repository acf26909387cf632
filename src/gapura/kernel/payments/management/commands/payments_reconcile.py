"""``gapura payments reconcile``: compare days with the banks now, and say what differs."""

from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.audit.types import system_actor
from gapura.kernel.payments.actions import compare_day
from gapura.kernel.payments.models import Difference
from gapura.kernel.payments.plugin import list_payment_providers
from gapura.kernel.payments.queries import find_oldest_difference_age, list_balances
from gapura.kernel.payments.types import AccountKind, BadStatement, BankUnavailable

PROMISE = "money-to-the-cent"
COMMAND = "gapura payments reconcile"


class Command(BaseCommand):
    help = "Compare the banks' statements with the books. Lines that were booked before are not booked again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, help="first day (default: yesterday)")
        parser.add_argument("--until", type=date.fromisoformat, help="last day (default: the first one)")

    def handle(self, *, day: date | None, until: date | None, **options: Any) -> None:
        first = day or clock.today(settings.TIME_ZONE) - timedelta(days=1)
        days = [first + timedelta(days=number) for number in range(((until or first) - first).days + 1)]
        pairs = [(provider, one) for one in days for provider in list_payment_providers()]
        if not pairs:
            raise CommandError("No bank is set up in payment_providers.yaml, or the days are in the wrong order.")
        for provider, one in tqdm(pairs, unit="day", disable=len(pairs) == 1):
            self._compare(provider.code, one)
        self._conclude()

    def _compare(self, provider: str, day: date) -> None:
        actor, now = system_actor("treasury"), clock.now()
        try:
            end = compare_day(actor=actor, provider_code=provider, day=day, now=now)
        except (BankUnavailable, BadStatement) as error:
            raise CommandError(f"{provider}, {day}: {error} Nothing of that day was booked; try again.") from error
        self.stdout.write(f"{provider}  {day}  {end.lines} lines  closing {end.closing}")

    def _conclude(self) -> None:
        now, balances = clock.now(), list_balances()
        waiting = list(Difference.objects.filter(closed_at__isnull=True).order_by("day", "pk"))
        for one in waiting:
            words = f"{one.day}  {one.kind:16} {one.transaction_id:34} bank {one.at_bank}  books {one.in_books}"
            self.stdout.write(self.style.WARNING(words))
        figures = {
            "ledger_sum": sum(balances.values()),
            "unexplained_amount": -balances.get((AccountKind.SUSPENSE, ""), 0),
            "open_differences": len(waiting),
            "oldest_difference_days": find_oldest_difference_age(now),
        }
        kept = figures["ledger_sum"] == 0 and figures["oldest_difference_days"] <= 3
        home = Path(settings.GAPURA_HOME)
        record_measurement(home, promise=PROMISE, kept=kept, figures=figures, now=now, command=COMMAND)
        self.stdout.write("The bank and the books agree." if not waiting else f"{len(waiting)} differences are open.")
