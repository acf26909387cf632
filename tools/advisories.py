"""``python -m tools.advisories FOLDER``: which locked packages have a known vulnerability; ends with 1 if any.

FOLDER holds the export of https://osv.dev for PyPI (``PyPI/all.zip``, or its JSON files unpacked), which the operator
fetched: nothing is asked over a network here. ``--most-days`` refuses an export whose newest advisory is older.
"""

import argparse
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from tqdm import tqdm

from gapura.foundation import clock
from tools.tracked import ROOT

LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
Advisory = Mapping[str, Any]


def read_lock(text: str) -> dict[str, str]:
    """The version of each package in a lock."""
    pinned = (line.split(" ")[0].split(";")[0] for line in text.splitlines() if "==" in line and line[0].isalnum())
    names = (one.partition("==") for one in pinned)
    return {canonicalize_name(name.partition("[")[0]): version for name, _, version in names}


def read_advisories(folder: Path) -> Iterator[Advisory]:
    """All of the export, from its archives and its loose files."""
    for archive in folder.rglob("*.zip"):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                yield json.loads(opened.read(name))
    for file in folder.rglob("*.json"):
        yield json.loads(file.read_text("utf-8"))


def find_affected(advisory: Advisory, locked: Mapping[str, str]) -> Iterator[str]:
    """The packages of the lock that the advisory speaks of, with their versions."""
    if "withdrawn" in advisory:
        return
    for affected in advisory.get("affected", []):
        package = affected.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") == "PyPI" and name in locked and _is_affected(locked[name], affected):
            yield f"{name} {locked[name]}"


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    if version in affected.get("versions", []):
        return True
    ranges = (one for one in affected.get("ranges", []) if one.get("type") == "ECOSYSTEM")
    return any(_is_within(Version(version), one["events"]) for one in ranges)


def _is_within(version: Version, events: list[Mapping[str, str]]) -> bool:
    """Whether the last event at or before the version opened the range (OSV schema, "Evaluation")."""
    is_open = False
    for event in sorted(events, key=_moment):
        kind, is_past = next(iter(event)), _moment(event) <= version
        if kind == "introduced" and is_past:
            is_open = True
        elif (kind == "fixed" and is_past) or (kind == "last_affected" and _moment(event) < version):
            is_open = False
    return is_open


def _moment(event: Mapping[str, str]) -> Version:
    text = next(iter(event.values()))
    try:
        return Version("0.dev0" if text == "0" else text)
    except InvalidVersion:
        return Version("0.dev0")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.advisories", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most-days", type=int, default=7, help="how old the newest advisory may be (default 7)")
    options = parser.parse_args()
    locked = {name: version for lock in LOCKS for name, version in read_lock(lock.read_text()).items()}
    found, newest = dict[str, str](), ""
    for advisory in tqdm(read_advisories(options.folder), desc="Reading", unit=" advisories", disable=None):
        newest = max(newest, str(advisory.get("modified", "")))
        for package in find_affected(advisory, locked):
            found[f"{package}: {advisory['id']}"] = str(advisory.get("summary", ""))
    if not newest:
        print(
            f"There is no advisory in {options.folder}. Fetch PyPI/all.zip of the OSV export into it.", file=sys.stderr
        )
        return 2
    if clock.now() - datetime.fromisoformat(newest) > timedelta(days=options.most_days):
        print(f"The newest advisory is of {newest[:10]}: fetch the export again.", file=sys.stderr)
        return 2
    print(
        "\n".join(f"{what}  {why}" for what, why in sorted(found.items())) or f"{len(locked)} packages, none affected"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
