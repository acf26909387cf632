"""Many at once: a double click, two workers, an official against a resident. One outcome each."""

from functools import partial

import pytest

from gapura.foundation.testing import answers_at_once
from gapura.kernel.audit.types import Actor, system_actor
from gapura.kernel.cases.actions import check_case, submit_application, withdraw_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.tests.conftest import NOW, SITI, State, adopt_all_agreements, submit
from gapura.kernel.cases.types import CannotChangeCase, CannotSubmitApplication, CaseStatus
from gapura.kernel.documents.testing import Document
from gapura.kernel.mandates.actions import begin_acting, end_mandate
from gapura.kernel.mandates.testing import AGUS, MandateUse, acting, make_mandate

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_clicks_at_once_make_one_case_and_one_document(state: State) -> None:
    adopt_all_agreements()
    answers = answers_at_once(*[submit] * 20)
    assert {a.number for a in answers} == {Case.objects.get().number}
    assert Case.objects.get().status == CaseStatus.FULFILLED
    assert Document.objects.count() == 1


def test_a_mandate_revoked_at_the_moment_of_its_use_is_either_used_and_noted_or_not_used_at_all(state: State) -> None:
    adopt_all_agreements()
    for number in (SITI, AGUS):
        state.person.answers["is-over-age", number] = True
        state.family.answers["has-guardian", number] = False
    for attempt in range(4):
        mandate = make_mandate(SITI, AGUS, grant_key=f"key-{attempt}")
        begun = begin_acting(actor=resident(AGUS), principal=SITI, relation="proxy", number=mandate.number, now=NOW)
        agus = acting(resident(AGUS), begun)
        apply = partial(submit_for, agus, f"form-{attempt}")
        used, ended = answers_at_once(apply, partial(end_mandate, actor=resident(SITI), number=mandate.number, now=NOW))
        assert ended.ended_by == "principal"
        assert MandateUse.objects.filter(mandate=mandate).count() == isinstance(used, Case)
        assert Case.objects.filter(mandate=mandate.reference).count() == isinstance(used, Case)
        with pytest.raises(CannotSubmitApplication):
            submit_for(agus, f"late-{attempt}")


def submit_for(actor: Actor, key: str) -> Case:
    return submit_application(
        actor=actor,
        service_code="civil.residence-certificate",
        subject=SITI,
        relation="proxy",
        answers={},
        language="id",
        idempotency_key=key,
        now=NOW,
    )


def test_different_applications_at_once_do_not_disturb_each_other(state: State) -> None:
    adopt_all_agreements()
    answers = answers_at_once(*[lambda n=n: submit(f"form-{n}") for n in range(8)])
    assert [a.status for a in answers] == [CaseStatus.FULFILLED] * 8
    assert Document.objects.count() == 8


def test_two_workers_that_recover_the_same_case_seal_it_once(state: State) -> None:
    adopt_all_agreements()
    state.person.is_down = True
    number = submit().number
    state.person.is_down = False
    finish = lambda: check_case(actor=system_actor("worker"), number=number, now=NOW)  # noqa: E731
    answers = answers_at_once(finish, finish, finish)
    assert [a.status for a in answers] == [CaseStatus.FULFILLED] * 3
    assert Document.objects.count() == 1


def test_withdrawing_while_a_worker_finishes_ends_in_one_of_the_two_and_never_both(state: State) -> None:
    adopt_all_agreements()
    state.person.is_down = True
    number = submit().number
    state.person.is_down = False
    withdrawn, _ = answers_at_once(
        lambda: withdraw_case(actor=resident(SITI), number=number, now=NOW),
        lambda: check_case(actor=system_actor("worker"), number=number, now=NOW),
    )
    case = Case.objects.get()
    if isinstance(withdrawn, CannotChangeCase):
        assert (case.status, Document.objects.count()) == (CaseStatus.FULFILLED, 1)
    else:
        assert (case.status, Document.objects.count()) == (CaseStatus.WITHDRAWN, 0)
