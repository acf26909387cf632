"""Both parents at once: one child, whoever was faster."""

from functools import partial

import pytest

from gapura.bundles.tests.conftest import BUDI, SITI, ask, tell
from gapura.foundation.testing import at_once
from gapura.kernel.cases.queries import Case
from gapura.sectors.civil.testing import BirthEntry, PersonEntry

pytestmark = pytest.mark.django_db(transaction=True)


def test_mother_and_father_at_once_register_one_child(town: None) -> None:
    tell()
    assert at_once(partial(ask, SITI), partial(ask, BUDI, "form-2"), partial(ask, SITI, "form-3")) == [None] * 3
    assert BirthEntry.objects.count() == PersonEntry.objects.filter(mother_number=SITI).count() == 1
    births = Case.objects.filter(service_code="civil.birth-registration").order_by("status")
    assert list(births.values_list("status", flat=True)) == ["fulfilled", "refused", "refused"]
