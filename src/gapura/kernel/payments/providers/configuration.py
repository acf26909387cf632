"""Which banks are set up: ``GAPURA_HOME/payment_providers.yaml``. Without the file no fee can be paid online."""

import secrets
from pathlib import Path

import yaml
from django.conf import settings

from gapura.kernel.payments.plugin import register_provider
from gapura.kernel.payments.providers.demo_bank.client import DemoBank

FILE = "payment_providers.yaml"
DEMO_BANK = "demo-bank"
_KINDS = {DEMO_BANK: DemoBank}


def load_providers() -> None:
    """Register every bank in the file. Raises KeyError or TypeError for one that cannot be."""
    file = Path(settings.GAPURA_HOME) / FILE
    for code, entry in yaml.safe_load(file.read_text()).items() if file.exists() else ():
        kind = _KINDS[entry.pop("kind")]
        register_provider(kind(code=code, **entry))


def prepare_demo_bank(address: str) -> str:
    """Write the demonstration bank into the file, with a secret of its own on the first time; returns the secret."""
    file = Path(settings.GAPURA_HOME) / FILE
    known = yaml.safe_load(file.read_text()) if file.exists() else {}
    secret = known.get(DEMO_BANK, {}).get("secret") or secrets.token_urlsafe(32)
    title = {"id": "Bank contoh", "en": "Demonstration bank", "ko": "시연용 은행"}
    known[DEMO_BANK] = {"kind": DEMO_BANK, "title": title, "address": address, "secret": secret}
    file.touch(mode=0o600)
    file.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False))
    return str(secret)
