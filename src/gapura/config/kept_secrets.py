"""Which secrets lie in the house's folder, and which of them are too old or can be read by others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml

_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """``path``: below GAPURA_HOME, with ``*``. ``replace``: one sentence for who does it."""

    path: str
    does: str
    most_days: int
    replace: str


@cache
def list_kept_secrets() -> Sequence[KeptSecret]:
    """The schedule."""
    lines = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return tuple(KeptSecret(**line) for line in lines)


def find_old(home: Path, now: datetime) -> Iterator[tuple[str, KeptSecret]]:
    """Each file that is older than its line allows; its age is that of its last change."""
    for secret in list_kept_secrets():
        for file in sorted(home.glob(secret.path)):
            changed_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            if now - changed_at > timedelta(days=secret.most_days):
                yield str(file.relative_to(home)), secret


def find_readable(home: Path) -> Iterator[str]:
    """Each file that others than its owner may open."""
    for secret in list_kept_secrets():
        for file in sorted(home.glob(secret.path)):
            if file.stat().st_mode & _OTHERS:
                yield str(file.relative_to(home))
