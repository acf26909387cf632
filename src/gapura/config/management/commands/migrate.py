from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from gapura.config.isolation import secure_rows


class Command(migrate.Command):
    help = f"{migrate.Command.help} Then puts the rows of each agency behind its policy (PostgreSQL)."

    def handle(self, *arguments: Any, **options: Any) -> None:
        super().handle(*arguments, **options)
        is_whole = not options.get("app_label") and not options.get("plan") and not options.get("check_unapplied")
        if is_whole and connections[options["database"]].vendor == "postgresql":
            secure_rows()
