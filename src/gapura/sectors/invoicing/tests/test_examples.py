"""The example programs of the guide, against a running house."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from gapura.foundation import clock
from gapura.sectors.invoicing.actions import register_key
from gapura.sectors.invoicing.testing import SELLER, core_invoice, director, memory_businesses
from gapura.sectors.invoicing.ubl import write_invoice

EXAMPLES = Path(__file__).parents[5] / "examples/invoicing"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("program", [["bash", "send.sh"], [sys.executable, "send.py"]], ids=["curl", "python"])
def test_an_example_sends_an_invoice_and_is_told_what_is_wrong_with_another(
    program: list[str], live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.GAPURA_PUBLIC_ADDRESS = live_server.url
    key, key_file = ECKey.generate_key("P-256"), tmp_path / "key.pem"
    key_file.write_bytes(key.as_pem(private=True))
    with memory_businesses():
        public_key = key.as_dict(private=False)
        made = register_key(actor=director(SELLER), title="ERP", public_key=public_key, now=clock.now())
        command = [program[0], str(EXAMPLES / program[1]), str(key_file), made.code, SELLER, live_server.url]

        def send(**changes: str) -> tuple[int, Any]:
            ran = subprocess.run(
                command, input=write_invoice(core_invoice(**changes)), capture_output=True, check=False
            )
            return ran.returncode, json.loads(ran.stdout)

        status, answer = send()
        assert (status, answer["seller_number"]) == (0, "F-1")
        status, answer = send(buyer_reference="")
        assert (status, answer["faults"][0]["rule"]) == (1, "PEPPOL-EN16931-R003")
