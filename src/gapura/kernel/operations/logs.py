"""Log lines as JSON, without personal data.

What the program says itself is written; what it was given is not. A message keeps its template, and of the values
only numbers and our own dotted names. An exception keeps its class and where it arose, never its words.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from gapura.foundation.telemetry import request_id

_PLACE = re.compile(r"%(?:\((\w+)\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?[hlL]?([a-zA-Z%])")
_OWN_NAME = re.compile(r"(?:gapura|audit|outbox|documents|cases|operations|notifications|search)(?:\.[a-z_]+)+")
_LONGEST_NUMBER = 7  # an amount, a duration, a status; not the number of a person
HIDDEN = "…"


class JsonLines(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "said": _said(record),
        }
        if request := request_id.get():
            line["request"] = request
        if record.exc_info and record.exc_info[0]:
            line |= {"exception": record.exc_info[0].__name__, "where": _frames(record.exc_info[1])}
        return json.dumps(line, ensure_ascii=False)


def _said(record: logging.LogRecord) -> str:
    """The template with harmless values filled in. A message without values is the program's own sentence."""
    template = str(record.msg)
    if not record.args:
        return template if isinstance(record.msg, str) else HIDDEN
    values = record.args if isinstance(record.args, dict) else iter(record.args)

    def fill(place: re.Match[str]) -> str:
        if place.group(2) == "%":
            return "%"
        value = values.get(place.group(1)) if isinstance(values, dict) else next(values, None)
        return _harmless(value)

    return _PLACE.sub(fill, template)


def _harmless(value: object) -> str:
    if isinstance(value, bool | int | float) and len(str(value)) <= _LONGEST_NUMBER:
        return str(value)
    if isinstance(value, str) and _OWN_NAME.fullmatch(value):
        return value
    return HIDDEN


def _frames(error: BaseException | None) -> list[str]:
    """Where it arose, the innermost last; without source lines, which might quote a value."""
    stack = traceback.extract_tb(error.__traceback__) if error else ()
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in stack][-12:]
