"""Every certificate of the country, asked for by who has everything, who has nothing, and who may not."""

from collections.abc import Iterator

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.types import AssuranceLevel, system_actor
from gapura.kernel.cases.actions import is_faithful, submit_application
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.types import CannotSubmitApplication, CaseStatus
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.catalogue.testing import stand_all_agreements
from gapura.kernel.catalogue.types import Relation
from gapura.kernel.documents.models import Document
from gapura.kernel.documents.queries import find_document, get_facts
from gapura.sectors.civil import testing as civil
from gapura.sectors.education import testing as education
from tests.certificates.town import NOW, OF_THE_DEAD, TODAY, Household, apply, certificates, settle

pytestmark = pytest.mark.django_db
HOUSE = system_actor("test")
HOME = Household()
GIVEN_TO_ANYBODY = {
    "civil.person-extract",
    "civil.residence-certificate",
    "civil.never-married",
    "tax.local-clearance",
}
"""What every resident has: the papers that a person with nothing else gets all the same."""


@pytest.fixture(autouse=True)
def town() -> Iterator[None]:
    education.make_school()
    settle(HOME)
    stand_all_agreements()
    with clock.frozen(NOW):
        yield


def test_there_are_as_many_as_promised() -> None:
    assert len(certificates()) >= 32


@pytest.mark.parametrize("code", certificates())
def test_who_has_everything_gets_it_about_themselves_and_it_says_what_the_register_says(code: str) -> None:
    case = apply(code, HOME.asker_of(code), subject=HOME.subject_of(code))
    assert case.status == CaseStatus.FULFILLED, case.decision_reason
    document = find_document(case.document_code)
    assert document is not None
    assert document.subject == case.subject
    assert {facts.subject for facts in get_facts(document)} <= {case.subject}
    assert is_faithful(actor=HOUSE, code=case.document_code, now=NOW)


@pytest.mark.parametrize("code", sorted(set(certificates()) - OF_THE_DEAD))
def test_who_has_nothing_is_told_why_and_what_to_do_and_gets_no_paper(code: str) -> None:
    person = "3171014205900099"
    civil.make_person(person, "Tanpa Apa")
    civil.make_residence(person)
    case = apply(code, person)
    if code in GIVEN_TO_ANYBODY:
        assert case.status == CaseStatus.FULFILLED
        return
    assert (case.status, case.document_code) == (CaseStatus.REFUSED, "")
    for said in (case.decision_reason, case.decision_remedy):
        assert all(said[language].strip() for language in ("id", "en", "ko"))


def submit(code: str, person: str, assurance: AssuranceLevel, relation: str) -> Case:
    """Ask without looking at what the form offers."""
    return submit_application(
        actor=resident(person, assurance),
        service_code=code,
        subject=HOME.eka if code in OF_THE_DEAD else HOME.ani,
        relation=relation,
        answers={field.code: "-" for field in get_service(code, on=TODAY).record_fields},
        language="en",
        idempotency_key=f"{code}/{relation}",
        now=NOW,
    )


def test_a_stranger_gets_nothing_about_somebody_else() -> None:
    for code in certificates():
        for rule in get_service(code, on=TODAY).applicants:
            try:
                case = submit(code, HOME.nobody, AssuranceLevel.HIGH, rule.relation)
            except CannotSubmitApplication:
                continue
            assert case.status == CaseStatus.REFUSED, code
    assert not Document.objects.exists()


def test_too_weak_a_sign_in_is_refused_before_anything_is_read() -> None:
    guarded = [code for code in certificates() if get_service(code, on=TODAY).assurance > AssuranceLevel.LOW]
    assert len(guarded) > 10
    for code in guarded:
        with pytest.raises(CannotSubmitApplication):
            submit(code, HOME.ani, AssuranceLevel.LOW, Relation.SELF)
    assert not Case.objects.exists()
