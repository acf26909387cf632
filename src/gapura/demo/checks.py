"""A demonstration is never served as if it were the real house."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connection

from gapura.demo.models import NationRecord
from gapura.demo.queries import find_why_not_to_serve


@register(Tags.database)
def check_demonstration_is_shown_as_one(databases: Sequence[str] | None = None, **_options: Any) -> list[Error]:
    """`gapura check --database default` and every migration say so; `gapura run` refuses to open."""
    if not databases or NationRecord._meta.db_table not in connection.introspection.table_names():
        return []
    reason = find_why_not_to_serve()
    return [Error(reason, id="demo.E001")] if reason else []
