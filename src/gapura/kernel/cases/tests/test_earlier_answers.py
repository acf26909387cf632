"""Rules decide on what is true now: an earlier answer leaves the case waiting, as silence does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gapura.kernel.audit.types import system_actor
from gapura.kernel.cases.actions import checks, finish_waiting_cases, submit_application
from gapura.kernel.cases.queries import access_case
from gapura.kernel.cases.testing import resident
from gapura.kernel.cases.tests.conftest import NOW, SITI, State
from gapura.kernel.cases.types import CaseStatus

pytestmark = pytest.mark.usefixtures("agreements")


def test_no_document_is_sealed_on_an_earlier_answer(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = checks.answer_requests
    stale_since = NOW - timedelta(hours=3)

    def answer_from_memory(opened: Any) -> list[Any]:
        return [replace(one, stale_since=stale_since) for one in answer(opened)]

    monkeypatch.setattr(checks, "answer_requests", answer_from_memory)
    case = submit_application(
        actor=resident(SITI),
        service_code="civil.never-married",
        subject=SITI,
        relation="self",
        answers={},
        language="id",
        idempotency_key="form-1",
        now=NOW,
    )
    assert case.status == CaseStatus.RECEIVED
    monkeypatch.setattr(checks, "answer_requests", answer)
    assert finish_waiting_cases(actor=system_actor("worker"), now=NOW + timedelta(seconds=31)) == 1
    assert access_case(resident(SITI), case.number).status == CaseStatus.FULFILLED
