"""Draft notices of a breach: to the authority one, to every person touched one, in every language of the country."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings

from gapura.foundation.jurisdictions import load
from gapura.kernel.records.types import Touched

MOST_WHAT = 40


def write_notices(
    folder: Path, touched: Sequence[Touched], *, since: datetime, until: datetime, alerted_at: datetime
) -> int:
    """Write ``authority.<language>.txt`` and ``person-<number>.<language>.txt``; how many files.

    What the house cannot know, the cause and the measures, is left as a marked gap for the officer.
    """
    words = load(settings.GAPURA_JURISDICTION).read("breach_notice.yaml")
    common = {
        "since": f"{since:%Y-%m-%d %H:%M} UTC",
        "until": f"{until:%Y-%m-%d %H:%M} UTC",
        "alerted_at": f"{alerted_at:%Y-%m-%d %H:%M} UTC",
    }
    fields = sorted({what for one in touched for what in one.what})
    _write(folder, "authority", words["authority"], common | {"people": str(len(touched)), "what": _listed(fields)})
    for one in touched:
        own = {"times": str(one.times), "what": _listed(one.what), "first_at": f"{one.first_at:%Y-%m-%d %H:%M} UTC"}
        _write(folder, f"person-{one.subject}", words["subject"], common | own)
    return (len(touched) + 1) * len(words["authority"])


def _write(folder: Path, name: str, texts: Mapping[str, str], context: Mapping[str, str]) -> None:
    for language, text in texts.items():
        (folder / f"{name}.{language}.txt").write_text(text % context)


def _listed(what: Sequence[str]) -> str:
    shown = "\n".join(f"- {one}" for one in what[:MOST_WHAT])
    return f"{shown}\n- … (+{len(what) - MOST_WHAT})" if len(what) > MOST_WHAT else shown
