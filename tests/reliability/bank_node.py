"""A bank and a social fund on a node of their own, and a house without their registers that asks there for heirs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.reliability.two_nodes import ADOPT_AGREEMENTS, DROP_TABLES, Node, found_network

DEAD, WIDOW = "3171010101700001", "3171010101700002"
BALANCE = 12_500_000
_BURY = f"""
from datetime import date, timedelta
from gapura.foundation import clock
from gapura.sectors.civil import testing as civil
from gapura.sectors.transport import testing as transport
died = clock.today("Asia/Jakarta") - timedelta(days=30)
for number, name in (({DEAD!r}, "Robi"), ({WIDOW!r}, "Siti")):
    civil.make_person(number, name, birth_on=date(1970, 1, 1)); civil.make_residence(number)
civil.make_marriage({DEAD!r}, {WIDOW!r}, date(2006, 1, 1), valid_until=died, end_reason="death")
civil.make_death({DEAD!r}, died)
transport.make_vehicle({DEAD!r})
"""
_DEPOSIT = f"""
from gapura.sectors.finance import testing as finance
finance.make_account({DEAD!r}, balance={BALANCE}); finance.make_pension({DEAD!r})
"""
_ASK = f"""
import json
from gapura.bundles.actions import request_bundle
from gapura.bundles.models import BundleRequest
from gapura.bundles.queries import list_items
from gapura.foundation import clock
from gapura.kernel.cases.actions import check_case
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.testing import resident
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.kernel.outbox.actions import deliver_pending
widow = resident({WIDOW!r}, AssuranceLevel.SUBSTANTIAL)
request_bundle(actor=widow, code="inheritance", subject={DEAD!r}, answers={{}},
    language="en", idempotency_key="form-1", now=clock.now())
request = BundleRequest.objects.get()
for view in list_items(request):
    if view.case and view.case.status == "received":
        check_case(actor=system_actor("test"), number=view.case.number, now=clock.now())
while deliver_pending():
    pass
found = {{}}
for view in list_items(request):
    document = find_document(view.case.document_code) if view.case and view.case.document_code else None
    said = [dict(r) for one in get_facts(document) for r in one.records] if document else []
    found[view.item.code] = [view.item.status, said]
print(json.dumps(found))
"""


class BankNodes:
    """``house`` has every register but those of banks and funds; ``bank`` has these."""

    def __init__(self, folder: Path) -> None:
        self.authority = Node(_home(folder, "authority"), "")
        self.house = Node(_home(folder, "house"), "ID/GOV/PORTAL")
        self.bank = Node(_home(folder, "bank"), "ID/COM/NUSANTARA")

    def found(self) -> None:
        """As docs/how-to/run-a-node.md says it; then the house gets rid of the tables it has no more."""
        subsystems = {
            self.house: "HEIRS=bank-nusantara PENSIONS=bpjs-ketenagakerjaan",
            self.bank: "ACCOUNTS=bank-nusantara:finance.deposit,finance.loan "
            "FUND=bpjs-ketenagakerjaan:finance.pension,finance.employer",
        }
        found_network(self.authority, subsystems)
        self.bank.script(ADOPT_AGREEMENTS, _DEPOSIT)
        self.house.script(
            "call_command('pki_init', verbosity=0)",
            ADOPT_AGREEMENTS,
            _BURY,
            DROP_TABLES.format(sector="finance"),
        )
        self.house.without = "finance"

    def ask(self) -> dict[str, tuple[str, list[dict[str, object]]]]:
        """The widow's request: by item how it stands and what its paper states. Asked again, it goes on."""
        found: dict[str, tuple[str, list[dict[str, object]]]] = json.loads(self.house.script(_ASK).splitlines()[-1])
        return found


@contextmanager
def founded(folder: Path) -> Iterator[BankNodes]:
    """The network, the bank not yet running."""
    nodes = BankNodes(folder)
    nodes.found()
    try:
        yield nodes
    finally:
        nodes.bank.kill()


def _home(folder: Path, name: str) -> Path:
    home = folder / name
    home.mkdir()
    return home
