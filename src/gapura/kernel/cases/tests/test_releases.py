"""A case whose post nobody holds any more goes back to the basket."""

from datetime import timedelta

import pytest

from gapura.foundation import clock
from gapura.kernel.audit.queries import list_events
from gapura.kernel.cases.actions import take_case
from gapura.kernel.cases.models import Case
from gapura.kernel.cases.subscribers import release_cases_of_an_empty_post
from gapura.kernel.cases.tests.conftest import NOW, State, submit
from gapura.kernel.cases.tests.test_decisions import REGISTRAR
from gapura.kernel.cases.types import CaseStatus
from gapura.kernel.exchange.testing import without_agreements
from gapura.kernel.identity.actions import end_appointment
from gapura.kernel.identity.events import AppointmentEnded
from gapura.kernel.identity.testing import HOUSE, make_official

pytestmark = pytest.mark.usefixtures("agreements")


def test_cases_are_released_when_the_last_holder_of_the_post_leaves(state: State) -> None:
    with without_agreements("dukcapil"):
        case = submit()
    assert case.status == CaseStatus.REVIEW
    post = REGISTRAR.post_code or ""
    first = make_official("dewi", post_code=post)
    second = make_official("joko", person_number="3171016003850003", post_code=post)
    take_case(actor=REGISTRAR, number=case.number, now=NOW)
    today = clock.local_day(NOW, "Asia/Jakarta")
    expected = [post, ""]  # a colleague still holds it; then nobody does
    for account, assigned in zip((first, second), expected, strict=True):
        end_appointment(actor=HOUSE, account_id=account.pk, post_code=post, on=today)
        release_cases_of_an_empty_post(AppointmentEnded(account_id=account.pk, post_code=post))
        assert Case.objects.get().assigned_post == assigned
    released = [event for event in list_events(case_number=case.number) if event.action == "cases.released"]
    assert [event.detail for event in released] == [{"post": post}]
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert take_case(actor=REGISTRAR, number=case.number, now=clock.now()).assigned_post == post
