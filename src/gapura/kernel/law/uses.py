"""Which public services apply a rule: by the country's ``uses.yaml``, and by what the rules named there read."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from gapura.foundation.rules.law import Law, LawInForce
from gapura.foundation.rules.planning import get_plan


def list_uses(law: Law) -> Mapping[str, Sequence[str]]:
    """The rules of each public service that applies any, by its code."""
    return _read(law.folder)


def find_services(law: LawInForce, rule: str) -> frozenset[str]:
    """Codes of the services that apply the rule in this law, themselves or through another rule."""
    found = set()
    for service, named in list_uses(law.law).items():
        in_force = [name for name in named if name in law.figures]
        if in_force and any(figure.name == rule for figure in get_plan(law, in_force).figures):
            found.add(service)
    return frozenset(found)


@lru_cache
def _read(folder: Path) -> Mapping[str, Sequence[str]]:
    path = folder / "uses.yaml"
    uses: Mapping[str, Sequence[str]] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return uses
