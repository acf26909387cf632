"""Many at once: numbers without gap or double, one cancellation, one answer to a replay."""

from functools import partial

import pytest

from gapura.foundation.testing import at_once
from gapura.sectors.invoicing.actions import cancel_invoice, submit_invoice
from gapura.sectors.invoicing.models import Invoice, Series
from gapura.sectors.invoicing.testing import NOW, SELLER, core_invoice, director, issue
from gapura.sectors.invoicing.types import CannotChange
from gapura.sectors.invoicing.ubl import write_invoice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("registers")]


def test_twenty_threads_get_twenty_numbers_without_a_gap() -> None:
    assert at_once(*[partial(issue, f"form {place}") for place in range(20)]) == [None] * 20
    serials = sorted(Invoice.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 21))
    assert Series.objects.get().last == 20


def test_of_two_cancellations_one_stands() -> None:
    invoice = issue()

    def cancel(form_key: str) -> None:
        cancel_invoice(actor=director(SELLER), number=invoice.number, reason="returned", form_key=form_key, now=NOW)

    refusals = at_once(*[partial(cancel, f"form {place}") for place in range(4)])
    assert sorted(type(one).__name__ for one in refusals) == ["CannotChange"] * 3 + ["NoneType"]
    assert isinstance(next(filter(None, refusals)), CannotChange)
    assert Invoice.objects.filter(kind="credit_note").count() == 1


def test_a_replay_at_the_same_moment_is_one_invoice() -> None:
    content = write_invoice(core_invoice())
    send = partial(submit_invoice, actor=director(SELLER), content=content, now=NOW)
    assert at_once(*[send] * 8) == [None] * 8
    assert Invoice.objects.count() == Series.objects.get().last == 1
