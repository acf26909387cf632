"""A mother, her child and a stranger in the population register, and asking for papers as one of them."""

from datetime import UTC, date, datetime
from typing import Any

from gapura.foundation import clock
from gapura.foundation.canonical import digest
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.documents.models import Document
from gapura.kernel.documents.queries import find_document, get_content, get_facts
from gapura.kernel.registers.types import Source, SourceKind
from gapura.sectors.civil.testing import make_family, make_person, make_residence

ACTOR = system_actor("test")
NOW = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
CORRECTION = Source(SourceKind.CASE, "CORRECTION1")
ANI, BUDI, STRANGER = "3171014205900001", "3171010103140002", "3171010101800009"


def settle() -> None:
    """The people, and every agreement the country declares."""
    stand_all_agreements()
    make_person(ANI, "Ani Wijaya", marital_status="widowed")
    make_person(BUDI, "Budi Wijaya", sex="male", birth_on=date(2014, 3, 1), mother_number=ANI, mother_name="Ani Wijaya")
    make_person(STRANGER, "Agus Salim", sex="male", birth_on=date(1980, 1, 1))
    for number in (ANI, BUDI, STRANGER):
        make_residence(number)
    make_family("3171010101150001", {ANI: "head", BUDI: "child"})


def ask(service: str, subject: str = ANI, *, applicant: str = "", **answers: str) -> Case:
    """A case for ``service`` about ``subject``, asked by themselves or by ``applicant`` as a parent."""
    asker = applicant or subject
    return submit_application(
        actor=resident(asker, AssuranceLevel.SUBSTANTIAL),
        service_code=service,
        subject=subject,
        relation="child" if applicant else "self",
        answers=answers,
        language="en",
        idempotency_key=digest([asker, subject, service, answers]).hex(),
        now=clock.now(),
    )


def paper(case: Case) -> Document:
    """The sealed document of a case that was fulfilled."""
    assert case.status == CaseStatus.FULFILLED, case.decision_reason
    document = find_document(case.document_code)
    assert document is not None
    assert document.subject == case.subject
    assert get_content(document).startswith(b"%PDF-")
    return document


def stated(case: Case, evidence_type: str) -> list[dict[str, Any]]:
    """What the paper of ``case`` states of ``evidence_type``."""
    return [dict(r) for one in get_facts(paper(case)) if one.evidence_type == evidence_type for r in one.records]
