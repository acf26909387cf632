"""Happy birth: ten things from one form, in any order of telling, once."""

from datetime import timedelta

import pytest

from gapura.bundles.models import BundleRequest
from gapura.bundles.queries import list_items
from gapura.bundles.tasks import advance_due
from gapura.bundles.tests.conftest import AGUS, BORN, BUDI, CARD, NOW, SITI, ask, states, tell
from gapura.bundles.types import CannotRequestBundle
from gapura.foundation import clock
from gapura.kernel.cases.actions import approve_case
from gapura.kernel.cases.queries import Case
from gapura.kernel.cases.testing import official
from gapura.kernel.outbox.actions import deliver_pending
from gapura.sectors.civil.testing import BirthEntry, FamilyMembership, PersonEntry
from gapura.sectors.health.testing import InsuranceEntry, make_birth_attended
from gapura.sectors.health.types import CannotChangeRegister
from gapura.sectors.welfare.testing import RecipientEntry, SocialRegistryEntry

pytestmark = pytest.mark.usefixtures("town")
ALL = {
    code: "granted"
    for code in (
        *("birth", "extract", "number", "family-card", "child-card"),
        *("insurance", "contribution", "assistance", "local-gift", "electricity"),
    )
}


def get_child() -> PersonEntry:
    child: PersonEntry = PersonEntry.objects.get(mother_number=SITI)
    return child


def test_ten_items_are_done_by_one_form_after_the_notice() -> None:
    tell()
    request = ask()
    assert states(request) == ALL
    child = get_child()
    assert (child.full_name, child.birth_on, child.sex, child.father_number) == ("Ratna Santoso", BORN, "female", BUDI)
    assert child.number == "3171014305260001"
    assert FamilyMembership.objects.get(number=child.number).family_number == CARD
    assert InsuranceEntry.objects.get(number=child.number).insurance_payer == "state"
    programs = RecipientEntry.objects.filter(number=child.number).order_by("social_program")
    assert list(programs.values_list("social_program", flat=True)) == ["kaj", "pbi_jk", "pkh"]
    papers = {view.item.code for view in list_items(request) if view.case and view.case.document_code}
    assert papers == {"extract", "number", "family-card", "child-card"}
    assert request.finished_at == NOW


def test_asked_before_the_notice_it_waits_and_goes_on_by_itself() -> None:
    request = ask()
    assert set(states(request).values()) == {"waiting"}
    assert "No health facility" in request.items.get(code="birth").reason["en"]
    assert not Case.objects.exists()
    tell()
    deliver_pending()
    assert states(request) == ALL


def test_the_father_may_ask_as_well() -> None:
    tell()
    assert states(ask(BUDI)) == ALL
    assert get_child().father_number == BUDI


def test_whoever_asks_second_is_told_and_nothing_is_done_twice() -> None:
    tell()
    ask()
    second = ask(BUDI, "form-2")
    assert second.items.get(code="birth").status == "ended"
    refused = Case.objects.get(applicant=BUDI, service_code="civil.birth-registration")
    assert "registered already" in refused.decision_reason["en"]
    assert states(second)["insurance"] == "stopped"
    assert states(second)["family-card"] == "stopped"
    assert BirthEntry.objects.count() == 1
    again = ask(SITI, "form-3")
    assert again.items.get(code="birth").status == "ended"
    assert BirthEntry.objects.count() == 1


def test_a_double_click_is_one_request() -> None:
    tell()
    assert ask().pk == ask().pk
    assert BundleRequest.objects.count() == 1
    with pytest.raises(CannotRequestBundle, match="other answers"):
        ask(child_name="Dewi Santoso")


def test_who_is_not_entitled_reads_why_and_no_case_is_opened() -> None:
    SocialRegistryEntry.objects.update(welfare_decile=8)
    InsuranceEntry.objects.update(insurance_payer="employer", insurance_segment="ppu")
    tell()
    request = ask()
    assert {code for code, status in states(request).items() if status == "not-entitled"} == {
        "contribution",
        "assistance",
        "local-gift",
        "electricity",
    }
    assert "social registry" in request.items.get(code="assistance").reason["en"]
    assert not Case.objects.filter(service_code__startswith="welfare.").exists()
    assert states(request)["insurance"] == "granted"


def test_a_mother_without_insurance_gets_everything_else() -> None:
    InsuranceEntry.objects.all().delete()
    tell()
    request = ask()
    assert states(request)["insurance"] == "ended"
    assert states(request)["child-card"] == "granted"


def test_a_birth_told_by_two_hospitals_is_one_child() -> None:
    tell()
    for changes in ({"notice_number": "SKL-2"}, {"notice_number": "SKL-2", "born_on": BORN - timedelta(days=1)}):
        with pytest.raises(CannotChangeRegister, match="birth-told-already"):
            tell(facility_code="R327301", facility_name="RSU Sukasari", **changes)
    assert tell().notice_number == "SKL-1"
    ask()
    ask(BUDI, "form-2")
    assert BirthEntry.objects.count() == 1


def test_twins_are_two_children_of_two_forms() -> None:
    tell()
    tell(notice_number="SKL-2", child_order=2, born_at="07:59")
    assert states(ask()) == ALL
    second = ask(key="form-2", child_name="Ratih Santoso", twin="2")
    assert states(second) == ALL | {"electricity": "ended"}  # one household has it once
    numbers = sorted(PersonEntry.objects.filter(mother_number=SITI).values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002"]


def test_a_notice_that_contradicts_the_register_is_refused() -> None:
    tell(born_on=BORN - timedelta(days=40))
    ask()
    make_birth_attended(SITI, notice_number="SKL-9", valid_from=BORN, birth_place="Bandung")
    second = ask(key="form-2", child_name="Dewi Santoso")
    assert second.items.get(code="birth").status == "ended"
    refused = Case.objects.filter(service_code="civil.birth-registration").order_by("-pk")[0]
    assert "contradicts" in refused.decision_reason["en"]
    assert BirthEntry.objects.count() == 1


def test_who_is_no_parent_by_the_register_is_refused() -> None:
    tell(father=AGUS)
    request = ask(AGUS)
    assert request.items.get(code="birth").status == "ended"
    refused = Case.objects.get(service_code="civil.birth-registration")
    assert "neither the child's mother nor married" in refused.decision_reason["en"]
    assert not BirthEntry.objects.exists()


def test_a_birth_told_late_goes_to_an_official_and_the_rest_waits() -> None:
    tell(born_on=BORN - timedelta(days=90))
    request = ask()
    assert Case.objects.get().status == "review"
    assert states(request)["birth"] == "started"
    assert states(request)["extract"] == "waiting"
    registrar = official("civil.registrar", office=Case.objects.get().office_code)
    approve_case(actor=registrar, number=Case.objects.get().number, note="", now=NOW)
    deliver_pending()
    assert states(request)["birth"] == "granted"


def test_without_a_notice_it_is_given_up_in_words_after_the_term() -> None:
    request = ask()
    with clock.frozen(NOW + timedelta(days=367)):
        advance_due()
    assert request.items.get(code="birth").status == "stopped"
    assert "No health facility" in request.items.get(code="birth").reason["en"]
    assert states(request)["insurance"] == "stopped"
    request.refresh_from_db()
    assert request.finished_at is not None
