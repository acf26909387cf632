"""``python -m tests.security.fuzz NAME --seconds 2``: ends with 0 when the parser stood."""

import argparse
import os
import sys
import tempfile
from importlib import import_module, reload
from pathlib import Path

import atheris
import django

# Where new branches are counted, by harness; the rest of the house is imported as it is, which is much faster.
PARSERS = {
    "codes": ["gapura.foundation"],
    "definitions": ["gapura.foundation", "gapura.kernel.catalogue.definitions"],
    "evidence": ["gapura.kernel.exchange.schemas"],
    "messages": ["gapura.kernel.nodes"],
    "notes": ["gapura.foundation"],
    "papers": ["gapura.foundation.codes", "gapura.kernel.documents.sealing.reading"],
    "personnel": ["scim2_models"],
    "phone_wallets": [f"gapura.kernel.credentials.{name}" for name in ("proofs", "schemas", "sd_jwt")],
    "planted": ["gapura.foundation"],
    "population": ["gapura.sectors.civil.actions.population_file"],
    "sites": ["gapura.kernel.federation.schemas"],
    "witness": ["gapura.foundation"],
}
# These parsers need the house set up first, and the instrument knows only top packages: it would take all of it.
OF_THE_HOUSE = {"phone_wallets", "sites"}
ONE_INPUT_SECONDS, MEMORY_MB, LARGEST_INPUT = 5, 2048, 4096


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.security.fuzz", description=__doc__)
    parser.add_argument("name", choices=PARSERS, help="a module of tests/security/fuzz")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--corpus", type=Path, help="keep what was found worth trying here, and go on from it")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gapura.config.settings")
    parsers = PARSERS[options.name]
    if options.name in OF_THE_HOUSE:
        django.setup()
    with atheris.instrument_imports(include=parsers, enable_loader_override=False):
        for name in sys.modules.keys() & parsers:
            reload(sys.modules[name])
        harness = import_module(f"tests.security.fuzz.{options.name}")
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="gapura-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(harness.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)

    def try_one(data: bytes) -> None:
        try:
            harness.parse(data)
        except harness.DECLARED:
            return

    ceilings = [f"-timeout={ONE_INPUT_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={LARGEST_INPUT}"]
    how_long = f"-max_total_time={options.seconds}"
    atheris.Setup([sys.argv[0], str(corpus), how_long, *ceilings, "-seed=1", f"-artifact_prefix={corpus}/"], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
