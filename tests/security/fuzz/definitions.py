"""The YAML in which a country writes its services."""

import tempfile
from pathlib import Path

from gapura.jurisdictions import indonesia
from gapura.kernel.catalogue.definitions.problems import BadDefinitions
from gapura.kernel.catalogue.definitions.reading import read_source

DECLARED = (BadDefinitions,)
_FILE = Path(tempfile.mkdtemp(prefix="gapura-fuzz-")) / "service.yaml"


def seeds() -> list[bytes]:
    services = Path(indonesia.__file__).parent / "services"
    whole = next(iter(sorted(services.glob("*.yaml")))).read_bytes()
    return [whole[:900], b"a: {b: [1, yes, 'no']}\n", b"&a [*a, 2026-01-01]\n", b"? [x]\n: !!set {a}\n"]


def parse(data: bytes) -> None:
    _FILE.write_bytes(data)
    read_source(_FILE)
