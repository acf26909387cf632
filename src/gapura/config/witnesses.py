"""Two witnesses beside the house, for a try: in production they belong on machines of other institutions."""

import sys

from django.conf import settings

from gapura.config.supervisor import Part
from gapura.foundation.notes import parse_verifier
from gapura.foundation.witness import make_witness
from gapura.kernel.audit.queries import get_log_key


def prepare_witnesses(host: str, first_port: int, number: int = 2) -> tuple[dict[str, str], list[Part]]:
    """The setting that names the witnesses, and the processes that are they; each has a folder beside the home."""
    log, pairs, parts = parse_verifier(get_log_key()), [], []
    for place in range(number):
        folder = settings.GAPURA_HOME.with_name(f"{settings.GAPURA_HOME.name}-witness-{place + 1}")
        key = make_witness(folder, f"witness-{place + 1}.localhost", [log])
        port = str(first_port + place)
        pairs.append(f"{key} http://{host}:{port}")
        command = [
            sys.executable,
            "-m",
            "gapura.foundation.witness",
            "run",
            str(folder),
            "--host",
            host,
            "--port",
            port,
        ]
        parts.append(Part(f"witness {place + 1}", command))
    return {"GAPURA_WITNESSES": ",".join(pairs)}, parts
