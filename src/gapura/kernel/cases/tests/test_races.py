"""Many at once: a double click, two workers, an official against a resident. One outcome each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import check_case, submit_application, withdraw_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.tests.conftest import NOW, SITI, State, adopt_all_agreements
from gapura.kernel.cases.types import CannotChangeCase, CaseStatus
from gapura.kernel.documents.testing import Document

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Results (or exceptions) of calls that all start at the same moment, each in a thread of its own."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def submit(key: str = "form") -> Case:
    return submit_application(
        actor=resident(SITI),
        service_code="civil.never-married",
        subject=SITI,
        relation="self",
        answers={},
        language="id",
        idempotency_key=key,
        now=NOW,
    )


def test_twenty_clicks_at_once_make_one_case_and_one_document(state: State) -> None:
    adopt_all_agreements()
    answers = at_once(*[submit] * 20)
    assert {a.number for a in answers} == {Case.objects.get().number}
    assert Case.objects.get().status == CaseStatus.FULFILLED
    assert Document.objects.count() == 1


def test_different_applications_at_once_do_not_disturb_each_other(state: State) -> None:
    adopt_all_agreements()
    answers = at_once(*[lambda n=n: submit(f"form-{n}") for n in range(8)])
    assert [a.status for a in answers] == [CaseStatus.FULFILLED] * 8
    assert Document.objects.count() == 8


def test_two_workers_that_recover_the_same_case_seal_it_once(state: State) -> None:
    adopt_all_agreements()
    state.person.is_down = True
    number = submit().number
    state.person.is_down = False
    finish = lambda: check_case(actor=system_actor("worker"), number=number, now=NOW)  # noqa: E731
    answers = at_once(finish, finish, finish)
    assert [a.status for a in answers] == [CaseStatus.FULFILLED] * 3
    assert Document.objects.count() == 1


def test_withdrawing_while_a_worker_finishes_ends_in_one_of_the_two_and_never_both(state: State) -> None:
    adopt_all_agreements()
    state.person.is_down = True
    number = submit().number
    state.person.is_down = False
    withdrawn, _ = at_once(
        lambda: withdraw_case(actor=resident(SITI), number=number, now=NOW),
        lambda: check_case(actor=system_actor("worker"), number=number, now=NOW),
    )
    case = Case.objects.get()
    if isinstance(withdrawn, CannotChangeCase):
        assert (case.status, Document.objects.count()) == (CaseStatus.FULFILLED, 1)
    else:
        assert (case.status, Document.objects.count()) == (CaseStatus.WITHDRAWN, 0)
