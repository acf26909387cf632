"""What Django's checks find wrong with the way the house is run."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection

from gapura.config.isolation import list_role_faults
from gapura.foundation.sandbox import find_walls


@register(Tags.database)
def find_unbound_role(*, databases: Sequence[str] | None, **options: Any) -> list[CheckMessage]:
    """``gapura check --database default`` on PostgreSQL: the application must not be above row security."""
    if not databases or connection.vendor != "postgresql" or settings.GAPURA_DEMO:
        return []
    return [
        Warning(
            f"{fault} Row security does not bind it, or it could lift it.",
            hint="Give web servers and the worker the roles of deploy/postgresql/roles.sql; the owner only migrates.",
            id="gapura.W001",
        )
        for fault in list_role_faults()
    ]


@register(Tags.security, deploy=True)
def find_missing_walls(**options: Any) -> list[CheckMessage]:
    """``gapura check --deploy``: files from outside should be opened in namespaces of their own."""
    if find_walls().is_apart:
        return []
    return [
        Warning(
            "Files from outside are opened under ceilings alone, without namespaces: bubblewrap does not work here.",
            hint="Install bubblewrap, and let the house's user make user namespaces (sysctl user.max_user_namespaces).",
            id="gapura.W002",
        )
    ]
