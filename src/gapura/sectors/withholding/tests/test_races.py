"""Several at one moment: the same file, two workers, two parents, the employer and the person."""

from functools import partial
from typing import Any

import pytest

from gapura.foundation.testing import at_once
from gapura.kernel.audit.types import Actor, ActorKind, AssuranceLevel
from gapura.sectors.withholding.actions import (
    check_deliveries,
    release_lines,
    submit_delivery,
    take_back,
    use_release,
)
from gapura.sectors.withholding.models import Claim, Delivery, Release, SlipEntry
from gapura.sectors.withholding.testing import EMPLOYER, as_csv, make_release, make_slip
from gapura.sectors.withholding.tests.conftest import ANI, BUDI, CITRA, HOUSE, NOW, REPRESENTATIVE, Town, slip
from gapura.sectors.withholding.types import Acceptance, CannotRelease, Form, Scope

pytestmark = pytest.mark.django_db(transaction=True)


def send(*rows: dict[str, Any]) -> Delivery:
    delivery, _is_new = submit_delivery(
        actor=REPRESENTATIVE,
        reporter_name="PT Maju Jaya",
        form=Form.SLIPS,
        tax_year=2025,
        scope=Scope.WHOLE,
        acceptance=Acceptance.ALL,
        content=as_csv(*rows),
        now=NOW,
    )
    return delivery


def resident(number: str) -> Actor:
    return Actor(
        ActorKind.RESIDENT, "resident", account_id=1, person_number=number, assurance=AssuranceLevel.SUBSTANTIAL
    )


def test_the_same_file_arrives_four_times_at_once_and_there_is_one_delivery(town: Town) -> None:
    assert at_once(*[partial(send, slip(ANI))] * 4) == [None] * 4
    assert Delivery.objects.count() == 1


def test_two_files_and_two_workers_at_once_end_as_if_one_came_after_the_other(town: Town) -> None:
    first, second = send(slip(ANI, gross=100_000_000)), send(slip(ANI, gross=200_000_000), slip(BUDI, "S-2"))
    check = partial(check_deliveries, actor=HOUSE, statement_id=first.statement_id, now=NOW)
    assert at_once(check, check, check) == [None] * 3
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.version, second.state, second.version) == ("accepted", 1, "accepted", 2)
    believed = SlipEntry.objects.filter(valid_until__isnull=True).known_at(None)
    assert dict(believed.order_by().values_list("slip_number", "gross")) == {"S-1": 200_000_000, "S-2": 120_000_000}


def test_of_two_parents_at_once_one_counts_the_child(town: Town) -> None:
    for parent in (ANI, BUDI):
        make_slip(parent)
        town.add_child(parent, CITRA)
    claim = partial(release_lines, employer_number=EMPLOYER, tax_year=2025, keys=[], dependants=[CITRA], now=NOW)
    works = [partial(claim, actor=resident(one), send_key=f"key of {one}") for one in (ANI, BUDI)]
    refusals = at_once(*works)
    assert [type(one) for one in refusals if one] == [CannotRelease]
    assert Claim.objects.count() == Release.objects.count() == 1


def test_used_or_taken_back_but_never_both(town: Town) -> None:
    for _turn in range(4):
        release = make_release(ANI, now=NOW)
        refusals = at_once(
            partial(use_release, actor=REPRESENTATIVE, number=release.number, now=NOW),
            partial(take_back, actor=resident(ANI), number=release.number, now=NOW),
        )
        assert [type(one) for one in refusals if one] == [CannotRelease]
        release.refresh_from_db()
        assert release.state in ("used", "taken-back")
