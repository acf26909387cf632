"""The sealed copy of a slip: the chosen one alone, of nobody else, and outdated when the employer corrects it."""

import pytest

from gapura.foundation.codes import new_code
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.testing import Case, resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.documents.queries import find_document, get_content, get_facts
from gapura.kernel.documents.types import DocumentStatus
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.withholding.testing import make_slip
from gapura.sectors.withholding.tests.conftest import ANI, BUDI, NOW, Deliver, Town, slip


@pytest.fixture(autouse=True)
def settled(town: Town) -> None:
    for person in (ANI, BUDI):
        town.population.offices[person] = "31.71"


def ask(slip_number: str, person: str = ANI) -> Case:
    return submit_application(
        actor=resident(person),
        service_code="tax.withholding-slip",
        subject=person,
        relation="self",
        answers={"slip": slip_number},
        language="id",
        idempotency_key=new_code(23),
        now=NOW,
    )


def test_the_chosen_slip_alone_is_stated() -> None:
    make_slip(ANI, slip_number="S-1")
    make_slip(
        ANI,
        slip_number="S-2",
        employer_number="9120000000077",
        employer_name="CV Lama",
        gross=5_000_000,
        pension_contributions=0,
        tax_withheld=0,
    )
    case = ask("S-2")
    assert case.status == CaseStatus.FULFILLED, case.decision_reason
    document = find_document(case.document_code)
    assert document is not None
    [stated] = next(one.records for one in get_facts(document) if one.evidence_type == "tax.withholding-slip")
    assert (stated["slip_number"], stated["employer_name"], stated["gross"]) == ("S-2", "CV Lama", 5_000_000)
    assert get_content(document).startswith(b"%PDF")


@pytest.mark.parametrize("number", ["S-1", "S-9"])
def test_nobody_gets_a_slip_of_another_or_one_that_was_never_reported(number: str) -> None:
    make_slip(BUDI, slip_number="S-1")
    case = ask(number)
    assert (case.status, case.document_code) == (CaseStatus.REFUSED, "")
    assert case.decision_remedy["en"]


def test_a_corrected_slip_outdates_its_copy(deliver: Deliver) -> None:
    deliver(slip(ANI))
    case = ask("S-1")
    deliver(slip(ANI, gross=130_000_000))
    deliver_pending()
    document = find_document(case.document_code)
    assert document is not None
    assert document.status != DocumentStatus.VALID
