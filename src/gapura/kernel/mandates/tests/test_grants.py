"""A mandate from the signature to its end, and everything that is no mandate."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import AssuranceLevel
from gapura.kernel.catalogue.queries import get_mandate_rules, list_services
from gapura.kernel.documents.queries import find_document, get_content, verify_code
from gapura.kernel.documents.types import VerificationOutcome
from gapura.kernel.exchange.queries import list_accesses_to
from gapura.kernel.identity.types import AccessDenied
from gapura.kernel.mandates.actions import accept_mandate, begin_acting, end_mandate
from gapura.kernel.mandates.testing import (
    AGUS,
    CHILD,
    DEWI,
    NOW,
    OTHER_SERVICE,
    SERVICE,
    SITI,
    TODAY,
    Mandate,
    Registers,
    acting,
    make_mandate,
    person,
)
from gapura.kernel.mandates.types import CannotChangeMandate, CannotGrantMandate, NotMandated
from gapura.kernel.notifications.queries import list_messages

DAY = timedelta(days=1)


def test_a_signed_mandate_is_a_sealed_document_that_names_both_and_anybody_can_verify(registers: Registers) -> None:
    mandate = make_mandate(accepted=False)
    document = find_document(mandate.document_code)
    assert document is not None
    assert (document.subject, document.holder) == (SITI, SITI)
    assert document.options["representative"] == {"number": AGUS, "full_name": "Agus Salim"}
    assert get_content(document).startswith(b"%PDF-")
    assert verify_code(document.code, today=TODAY).outcome is VerificationOutcome.GENUINE
    event = AuditEvent.objects.get(action="mandates.granted")
    assert (event.subject, event.detail["assurance"]) == (SITI, AssuranceLevel.SUBSTANTIAL)
    assert [message.kind for message in list_messages(AGUS)] == ["mandate_offered"]
    assert {access.subject for access in list_accesses_to(SITI, now=NOW)} == {SITI}
    assert "full_name" in {field for access in list_accesses_to(AGUS, now=NOW) for field in access.fields}


def test_nothing_can_be_done_before_the_representative_accepts(registers: Registers) -> None:
    mandate = make_mandate(accepted=False)
    with pytest.raises(NotMandated):
        begin_acting(actor=person(AGUS), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
    accept_mandate(actor=person(AGUS), number=mandate.number, now=NOW)
    begun = begin_acting(actor=person(AGUS), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
    assert (begun.principal, begun.full_name, begun.until) == (SITI, "Siti Rahayu", TODAY + 30 * DAY)
    assert [message.kind for message in list_messages(SITI)] == ["mandate_accepted"]


def test_only_the_two_parties_can_accept_or_end_it(registers: Registers) -> None:
    number = make_mandate(accepted=False).number
    for stranger in (person(DEWI), person(SITI)):
        with pytest.raises(AccessDenied):
            accept_mandate(actor=stranger, number=number, now=NOW)
    with pytest.raises(AccessDenied):
        end_mandate(actor=person(DEWI), number=number, now=NOW)
    with pytest.raises(AccessDenied):
        end_mandate(actor=replace(person(SITI), principal=CHILD, mandate="child"), number=number, now=NOW)
    assert Mandate.objects.get().ended_at is None
    assert accept_mandate(actor=person(AGUS), number=number, now=NOW).accepted_at == NOW


@pytest.mark.parametrize(("who", "ended_by"), [(SITI, "principal"), (AGUS, "representative")])
def test_either_ends_it_at_once_with_its_document_and_both_are_told(
    registers: Registers, who: str, ended_by: str
) -> None:
    mandate = make_mandate()
    ended = end_mandate(actor=person(who), number=mandate.number, now=NOW)
    assert ended.ended_by == ended_by
    assert verify_code(mandate.document_code, today=TODAY).outcome is VerificationOutcome.REVOKED
    for party in (SITI, AGUS):
        assert list_messages(party)[0].kind == "mandate_ended"
    with pytest.raises(NotMandated):
        begin_acting(actor=person(AGUS), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
    with pytest.raises(CannotChangeMandate):
        accept_mandate(actor=person(AGUS), number=mandate.number, now=NOW)
    assert end_mandate(actor=person(SITI), number=mandate.number, now=NOW + DAY).ended_at == NOW


def test_an_offer_can_be_declined_and_not_accepted_after_its_term(registers: Registers) -> None:
    declined = make_mandate(accepted=False)
    assert end_mandate(actor=person(AGUS), number=declined.number, now=NOW).ended_by == "representative"
    late = make_mandate(accepted=False, grant_key="late")
    with pytest.raises(CannotChangeMandate):
        accept_mandate(actor=person(AGUS), number=late.number, now=NOW + 30 * DAY)


def test_the_same_form_signed_twice_makes_one_mandate_and_with_other_terms_none(registers: Registers) -> None:
    first = make_mandate(accepted=False)
    assert make_mandate(accepted=False).number == first.number
    with pytest.raises(CannotGrantMandate):
        make_mandate(services=[OTHER_SERVICE])
    with pytest.raises(CannotGrantMandate):
        make_mandate(representative=DEWI, grant_key=first.grant_key)
    assert Mandate.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"relation": "child"},
        {"relation": "self"},
        {"relation": "king"},
        {"representative": SITI, "representative_name": "Siti Rahayu"},
        {"representative": "12345"},
        {"representative_name": "Agus Halim"},
        {"services": []},
        {"services": ["civil.no-such-service"]},
        {"services": ["civil.death-extract"]},
        {"services": ["records.my-data"]},
        {"services": [SERVICE, SERVICE]},
        {"valid_until": TODAY + 366 * DAY},
        {"valid_until": TODAY},
        {"valid_from": TODAY - DAY},
        {"signed_at": NOW - timedelta(minutes=11)},
        {"signed_at": NOW + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_terms_that_cannot_be_granted_make_no_mandate(registers: Registers, changes: dict[str, Any]) -> None:
    with pytest.raises(CannotGrantMandate):
        make_mandate(accepted=False, **changes)
    assert not Mandate.objects.exists()
    assert make_mandate().accepted_at  # the same with terms that can


def test_services_excepted_from_grants_exist(registers: Registers) -> None:
    excepted = {code for kind in get_mandate_rules().kinds.values() if kind.grant for code in kind.grant.excepted}
    assert excepted
    assert excepted <= {service.code for service in list_services(on=TODAY)}


def test_a_name_that_does_not_fit_the_number_is_never_shown(registers: Registers) -> None:
    with pytest.raises(CannotGrantMandate) as refusal:
        make_mandate(representative_name="Somebody Else")
    assert "Agus" not in str(refusal.value)
    assert make_mandate(representative_name="  agus   SALIM ").representative_name == "Agus Salim"


@pytest.mark.parametrize(("register", "question"), [("person", "is-alive"), ("family", "has-guardian")])
def test_who_is_dead_or_in_care_can_grant_nothing(registers: Registers, register: str, question: str) -> None:
    answers = getattr(registers, register).answers
    before = answers[question, SITI]
    answers[question, SITI] = not before
    with pytest.raises(CannotGrantMandate):
        make_mandate()
    answers[question, SITI] = None  # a register that cannot tell is no yes
    with pytest.raises(CannotGrantMandate):
        make_mandate()
    answers[question, SITI] = before
    assert make_mandate().number


def test_a_child_grants_nothing_and_nobody_in_care_acts_for_others(registers: Registers) -> None:
    with pytest.raises(CannotGrantMandate):
        make_mandate(principal=CHILD)
    registers.family.answers["has-guardian", AGUS] = True
    with pytest.raises(CannotGrantMandate):
        make_mandate()


def test_a_weak_sign_in_signs_nothing(registers: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    weak = person(SITI, AssuranceLevel.LOW)
    monkeypatch.setattr("gapura.kernel.mandates.testing.person", lambda number: weak)
    with pytest.raises(CannotGrantMandate):
        make_mandate(accepted=False)


def test_who_acts_for_another_can_grant_nothing_no_chain(registers: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    mandate = make_mandate()
    begun = begin_acting(actor=person(AGUS), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
    with monkeypatch.context() as patched:
        patched.setattr("gapura.kernel.mandates.testing.person", lambda number: acting(person(AGUS), begun))
        with pytest.raises(CannotGrantMandate):
            make_mandate(principal=AGUS, representative=DEWI, accepted=False)
    assert make_mandate(principal=AGUS, representative=DEWI).accepted_at


def test_a_register_out_of_order_signs_nothing(registers: Registers) -> None:
    registers.family.is_down = True
    with pytest.raises(CannotGrantMandate, match="Try again later"):
        make_mandate()
