import json
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateparse import parse_datetime

from gapura.foundation import clock
from gapura.foundation.measurements import record_measurement
from gapura.kernel.catalogue.queries import get_limit
from gapura.kernel.records.breach import write_notices
from gapura.kernel.records.queries import list_touched_by_account, list_touched_by_key, list_touched_by_references
from gapura.kernel.records.types import Touched, UnknownAccount

PROMISE = "breach-drill"
MOST_SECONDS = 600  # what the promise says


class Command(BaseCommand):
    help = (
        "From the alert to the list of people and the draft notices: whom an account, a post or a seal key touched "
        "between two moments. Changes nothing; writes the list and the drafts below GAPURA_HOME/breaches."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--account", metavar="LOGIN", help="a sign-in name, with every post it held then")
        who.add_argument("--post", metavar="CODE", help="dukcapil/31.71/registrar")
        who.add_argument("--key", metavar="SERIAL", help="serial of a seal key's certificate, hexadecimal")
        parser.add_argument("--from", dest="since", required=True, help="2026-11-01T00:00 (UTC)")
        parser.add_argument("--until", help="now, if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        began, now = time.monotonic(), clock.now()
        since, until = _moment(options["since"]), _moment(options["until"]) if options["until"] else now
        try:
            touched = _find(options, since, until)
        except UnknownAccount as error:
            raise CommandError(str(error)) from error
        folder = Path(settings.GAPURA_HOME) / "breaches" / f"{now:%Y%m%dT%H%M%SZ}"
        folder.mkdir(parents=True)
        listed = json.dumps([asdict(one) for one in touched], cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        (folder / "people.json").write_text(listed)
        written = write_notices(folder, touched, since=since, until=until, alerted_at=now)
        seconds = round(time.monotonic() - began, 2)
        hours = get_limit("breach_notice_hours")
        record_measurement(
            Path(settings.GAPURA_HOME),
            promise=PROMISE,
            kept=seconds <= MOST_SECONDS,
            figures={"seconds": seconds, "people": len(touched), "notices": written},
            now=now,
            command="gapura drill breach",
        )
        self.stdout.write(f"{len(touched)} people touched, {written} draft notices in {folder}, {seconds} s.")
        deadline = now + timedelta(hours=hours)
        self.stdout.write(f"Subjects and authority must be told by {deadline:%Y-%m-%d %H:%M} UTC ({hours} hours).")


def _find(options: dict[str, Any], since: datetime, until: datetime) -> list[Touched]:
    if options["account"]:
        return list_touched_by_account(options["account"], since=since, until=until)
    if options["post"]:
        return list_touched_by_references([f"official:{options['post']}"], since=since, until=until)
    return list_touched_by_key(options["key"], since=since, until=until)


def _moment(text: str) -> datetime:
    moment = parse_datetime(text) or parse_datetime(f"{text}T00:00")
    if moment is None:
        raise CommandError(f"{text!r} is no moment; write it like 2026-11-01T00:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
