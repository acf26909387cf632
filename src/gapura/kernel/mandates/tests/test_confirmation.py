"""The one question: who may act for whom in what, asked each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from gapura.kernel.audit.testing import AuditEvent
from gapura.kernel.audit.types import Actor, AssuranceLevel
from gapura.kernel.catalogue.queries import get_service
from gapura.kernel.exchange.testing import AccessRecord
from gapura.kernel.mandates.actions import begin_acting, confirm_mandate, end_mandate, use_mandate
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
    MandateUse,
    Registers,
    acting,
    make_mandate,
    person,
)
from gapura.kernel.mandates.types import NotMandated
from gapura.kernel.notifications.queries import list_messages

DAY = timedelta(days=1)
COMPANY = "8120001234567"


def confirm(actor: Actor, principal: str, relation: str, service: str | None = SERVICE, **changes: Any) -> str:
    """The answer to the one question, at NOW unless said otherwise."""
    named = get_service(service, on=TODAY) if service else None
    question: dict[str, Any] = {"service": named, "case_number": "CASE", "now": NOW}
    return confirm_mandate(actor=actor, principal=principal, relation=relation, **(question | changes))


def under(mandate: Mandate, number: str = AGUS) -> Actor:
    """The representative, acting under the mandate as a session would say."""
    return replace(person(number), principal=mandate.principal, mandate=mandate.reference)


def test_for_oneself_no_register_is_asked_and_no_query_made(
    registers: Registers, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        assert confirm(person(SITI), SITI, "self") == ""
    with pytest.raises(NotMandated):
        confirm(person(SITI), AGUS, "self")
    with pytest.raises(NotMandated):
        confirm(replace(person(SITI), principal=CHILD, mandate="child"), SITI, "self")


def test_a_parent_is_believed_only_when_the_register_says_so_today(registers: Registers) -> None:
    with pytest.raises(NotMandated):
        confirm(person(SITI), CHILD, "child")
    registers.family.answers["is-parent-of-minor", CHILD] = True
    assert confirm(person(SITI), CHILD, "child") == "child"
    registers.family.answers["is-parent-of-minor", CHILD] = False  # the birthday
    with pytest.raises(NotMandated):
        confirm(person(SITI), CHILD, "child", now=NOW + DAY)
    registers.family.answers["is-parent-of-minor", CHILD] = None
    with pytest.raises(NotMandated):
        confirm(person(SITI), CHILD, "child")


def test_every_question_is_in_the_principals_log_under_both_names(registers: Registers) -> None:
    registers.family.answers["is-parent-of-minor", CHILD] = True
    begun = begin_acting(actor=person(SITI), principal=CHILD, relation="child", now=NOW)
    confirm(acting(person(SITI), begun), CHILD, "child")
    last = AccessRecord.objects.order_by("-pk")[0]
    assert (last.subject, last.question) == (CHILD, "is-parent-of-minor")
    assert last.actor_reference == f"resident:1 for {CHILD} under child"
    event = AuditEvent.objects.get(action="mandates.acting_begun")
    assert event.actor_reference == last.actor_reference


def test_a_grant_is_used_only_while_acting_under_it(registers: Registers) -> None:
    mandate = make_mandate()
    with pytest.raises(NotMandated):
        confirm(person(AGUS), SITI, "proxy")
    assert confirm(under(mandate), SITI, "proxy") == f"proxy:{mandate.number}"


def test_a_grant_covers_the_named_services_and_its_own_principal_and_representative(registers: Registers) -> None:
    mandate = make_mandate()
    with pytest.raises(NotMandated, match="does not cover"):
        confirm(under(mandate), SITI, "proxy", OTHER_SERVICE)
    refused = [
        (under(mandate), DEWI, "proxy"),
        (under(mandate), SITI, "professional"),
        (under(mandate), SITI, "child"),
        (under(mandate, DEWI), SITI, "proxy"),
        (replace(person(AGUS), principal=SITI, mandate="proxy:FORGED"), SITI, "proxy"),
        (replace(person(AGUS), principal=SITI, mandate=f"professional:{mandate.number}"), SITI, "professional"),
        (replace(person(AGUS), principal=DEWI, mandate=mandate.reference), DEWI, "proxy"),
    ]
    for actor, principal, relation in refused:
        with pytest.raises(NotMandated):
            confirm(actor, principal, relation)
    assert confirm(under(mandate), SITI, "proxy")


def test_a_grant_of_yesterday_is_over_and_one_of_tomorrow_has_not_begun(registers: Registers) -> None:
    mandate = make_mandate(valid_from=TODAY + DAY)
    for day, stands in ((0, False), (1, True), (30, True), (31, False)):
        if stands:
            assert confirm(under(mandate), SITI, "proxy", now=NOW + day * DAY)
        else:
            with pytest.raises(NotMandated):
                confirm(under(mandate), SITI, "proxy", now=NOW + day * DAY)


@pytest.mark.parametrize(
    ("register", "question", "who"),
    [("person", "is-alive", SITI), ("family", "has-guardian", SITI), ("family", "has-guardian", AGUS)],
)
def test_death_and_guardianship_end_a_grant_for_good(
    registers: Registers, register: str, question: str, who: str
) -> None:
    mandate = make_mandate()
    answers = getattr(registers, register).answers
    before = answers[question, who]
    answers[question, who] = not before
    with pytest.raises(NotMandated):
        confirm(under(mandate), SITI, "proxy")
    answers[question, who] = before
    with pytest.raises(NotMandated):
        confirm(under(mandate), SITI, "proxy")
    mandate.refresh_from_db()
    assert (mandate.ended_by, set(mandate.end_reason)) == ("law", {"id", "en", "ko"})


def test_a_register_out_of_order_lets_nobody_act_and_ends_nothing(registers: Registers) -> None:
    mandate = make_mandate()
    registers.person.is_down = True
    with pytest.raises(NotMandated, match="Try again later"):
        confirm(under(mandate), SITI, "proxy")
    registers.person.is_down = False
    assert confirm(under(mandate), SITI, "proxy")


def test_a_weak_sign_in_acts_for_nobody_who_granted(registers: Registers) -> None:
    mandate = make_mandate()
    weak = replace(under(mandate), assurance=AssuranceLevel.LOW)
    with pytest.raises(NotMandated, match="stronger"):
        confirm(weak, SITI, "proxy")


def test_for_oneself_one_cannot_act_as_for_another(registers: Registers) -> None:
    for principal in (SITI, AGUS, ""):
        with pytest.raises(NotMandated):
            begin_acting(actor=person(SITI), principal=principal, relation="self", now=NOW)


def test_a_company_is_represented_by_whom_its_register_names(registers: Registers) -> None:
    with pytest.raises(NotMandated):
        begin_acting(actor=person(SITI), principal=COMPANY, relation="company", now=NOW)
    registers.business.answers["is-representative-of", COMPANY] = True
    begun = begin_acting(actor=person(SITI), principal=COMPANY, relation="company", now=NOW)
    assert (begun.principal, begun.mandate) == (COMPANY, "company")
    with pytest.raises(NotMandated):
        confirm(acting(person(SITI), begun), COMPANY, "company", SERVICE)  # no service is for companies yet


def test_a_use_is_kept_told_and_refused_once_the_grant_has_ended(registers: Registers) -> None:
    mandate = make_mandate()

    def use(service: str = SERVICE) -> None:
        with transaction.atomic():
            use_mandate(
                actor=under(mandate),
                action="submit",
                service_code=service,
                title={"en": "Residence certificate"},
                case_number="C1",
                now=NOW,
            )

    use()
    one = MandateUse.objects.get()
    assert (one.mandate_id, one.service_code, one.case_number) == (mandate.pk, SERVICE, "C1")
    message = list_messages(SITI)[0]
    assert message.kind == "mandate_used"
    assert "Agus Salim" in message.body
    assert "Residence certificate" in message.body
    assert "C1" in message.body
    with pytest.raises(NotMandated):
        use(OTHER_SERVICE)
    end_mandate(actor=person(SITI), number=mandate.number, now=NOW)
    with pytest.raises(NotMandated):
        use()
    assert MandateUse.objects.count() == 1
