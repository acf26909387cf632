"""Which files belong to the project: those git tracks, and new ones it does not ignore."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def list_files(*patterns: str) -> list[Path]:
    """Existing files of the project that match any git pathspec (none: all), by path."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = {ROOT / name for name in listed.split("\0") if name}
    return sorted(path for path in paths if path.is_file())


def show(path: Path) -> str:
    """The path as a person at the project's root would type it."""
    return str(path.relative_to(ROOT))
