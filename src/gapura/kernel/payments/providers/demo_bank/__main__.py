"""The demonstration bank as a process: ``python -m gapura.kernel.payments.providers.demo_bank FILE --port 8100 …``."""

import argparse
import os
import signal
import sys
from pathlib import Path

from gapura.foundation import clock
from gapura.kernel.payments.providers.demo_bank.bank import Bank
from gapura.kernel.payments.providers.demo_bank.callbacks import deliver_to
from gapura.kernel.payments.providers.demo_bank.server import Branch, make_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="the bank's books (SQLite)")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--callbacks", required=True, help="where the house takes callbacks")
    parser.add_argument("--timezone", required=True)
    parser.add_argument("--currency", required=True)
    options = parser.parse_args()
    secret = os.environ.get("GAPURA_DEMO_BANK_SECRET")
    if not secret:
        parser.error("GAPURA_DEMO_BANK_SECRET must hold the secret shared with the house.")

    bank = Bank(options.file, clock.now, options.timezone, options.currency)
    server = make_server(Branch(bank, secret, deliver_to(options.callbacks), clock.now), options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.serve_forever()
    except (KeyboardInterrupt, SystemExit):
        server.server_close()
        bank.close()


if __name__ == "__main__":
    main()
